import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { type OwnCluster, startCluster } from '../harness/cluster.ts'
import { createDatabase } from '../harness/database.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'
import { size } from './counting.ts'
import { startLoad } from './load.ts'

let cluster: OwnCluster
let hub: TestHub
let channel: TestChannel
before(async () => {
  cluster = await startCluster()
  hub = await startTestHub({}, await createDatabase(cluster))
  channel = await addTestChannel(hub, { type: { idempotent: false, max_in_flight: 4 } })
})
after(async () => {
  await hub.close()
  await channel.server.stop()
  await cluster.stop()
})

const isReady = async () => (await hub.call('GET', '/readyz')).status

describe('a hub whose PostgreSQL is killed while channels push and teammates reply', () => {
  it('loses and duplicates nothing, keeps the order, and recovers by itself', { timeout: 240_000 }, async () => {
    const [clients, pushes, crashes] = [4, size(150, 2_500), size(2, 6)]
    const deadline = AbortSignal.timeout(200_000)
    const load = await startLoad(channel, hub, { clients, pushes }, deadline)
    for (let n = 0; n < crashes; n++) {
      await wait(size(400, 10_000))
      await cluster.crash()
      while ((await isReady()) !== 200) deadline.throwIfAborted()
    }
    await wait(200)
    await load.stop()
    await load.assertOutcome(crashes * 4)
  })
})

describe('a frozen PostgreSQL', () => {
  it('leads to a 503 without a hang; the hub is healthy but not ready, and continues afterwards', {
    timeout: 60_000,
  }, async () => {
    const frozen = cluster.processes()
    const push = (externalId: string) =>
      hub.call('POST', `/channels/${channel.id}/inbound_messages`, inbound({ body: 'Hi', externalId }), {
        token: channel.token(),
      })
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    try {
      const [pushed, ready, health] = await Promise.all([push('frozen'), isReady(), hub.call('GET', '/healthz')])
      assert.deepEqual([pushed.status, ready, health.status], [503, 503, 200])
      assert.ok(Number(pushed.headers.get('retry-after')) >= 1)
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
    }
    while ((await isReady()) !== 200);
    const [first, second] = [await push('frozen'), await push('frozen')]
    assert.deepEqual([first.status, second.body.message_uid], [202, first.body.message_uid])
  })
})
