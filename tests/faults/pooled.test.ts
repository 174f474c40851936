import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '@portico/hub/database'
import type pg from 'pg'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'
import { noPgBouncer, type PgBouncer, startPgBouncer } from '../harness/pgbouncer.ts'
import { size } from './counting.ts'
import { startLoad } from './load.ts'

describe('a hub behind PgBouncer, in transaction mode with four connections', { skip: noPgBouncer }, () => {
  let direct: TestDatabase
  let pooler: PgBouncer
  let hub: TestHub
  let channel: TestChannel
  before(async () => {
    direct = await createDatabase()
    const { host, port, user, database } = direct.pool.options as pg.ClientConfig
    pooler = await startPgBouncer({ host, port, user, database } as pg.ClientConfig)
    const pooled = openDatabase({ connection: pooler.connection, pooled: true })
    while (!(await pooled.query('up', 'select 1').catch(() => null))) await wait(20)
    hub = await startTestHub({}, { ...pooled, url: direct.url, drop: () => pooled.close() })
    channel = await addTestChannel(hub, { type: { idempotent: false, max_in_flight: 4 } })
  })
  after(async () => {
    await hub.close()
    await pooler.stop()
    await direct.drop()
    await channel.server.stop()
  })

  it('receives, sends and publishes everything once and in order, also when the pooler is killed meanwhile', {
    timeout: 240_000,
  }, async () => {
    const load = await startLoad(channel, hub, { clients: 4, pushes: size(60, 2_500) }, AbortSignal.timeout(200_000))
    const crashes = size(2, 8)
    for (let n = 0; n < crashes; n++) {
      await wait(size(600, 10_000))
      await pooler.crash()
    }
    await wait(600)
    await load.stop()
    await load.assertOutcome(crashes * 4)
  })
})
