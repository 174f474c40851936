import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { size } from './counting.ts'
import { whileKilling } from './killer.ts'
import { pushUntilAccepted, requireStoredOnce } from './load.ts'

describe('a hub that is killed every two seconds while channels push', () => {
  let hub: SpawnedHub
  let fixture: Fixture
  let channel: TestChannel
  before(async () => {
    const db = await createDatabase()
    hub = await SpawnedHub.start(db)
    fixture = await makeFixture(db, hub.url)
    channel = await addTestChannel(fixture)
  })
  after(async () => {
    await hub.terminate()
    await channel.server.stop()
    await fixture.db.drop()
  })

  it('loses nothing that it acknowledged and stores nothing twice', async () => {
    const clients = 8
    const perClient = size(250, 1_250)
    const acknowledged = new Map<string, string>()
    await whileKilling(hub, async (deadline) => {
      const push = async (client: number, n: number) => {
        const externalId = `m-${client}-${n}`
        acknowledged.set(
          externalId,
          await pushUntilAccepted(channel, fixture, externalId, `c-${client}-${n % 10}`, deadline),
        )
      }
      const client = async (_: unknown, index: number) => {
        for (let n = 0; n < perClient; n++) await push(index, n)
      }
      await Promise.all(Array.from({ length: clients }, client))
    })
    assert.equal(acknowledged.size, clients * perClient)
    await requireStoredOnce(fixture, acknowledged)
    assert.ok(hub.kills > 0, 'the hub was killed at least once')
  })
})
