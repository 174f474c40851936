import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { createDatabase } from '../harness/database.ts'
import { makeWorld, type TestWorld } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { whileKilling } from './killer.ts'
import { size } from './ledger.ts'

describe('F01 the hub is killed every two seconds while channels push', () => {
  let hub: SpawnedHub
  let world: TestWorld
  let channel: TestChannel
  before(async () => {
    const db = await createDatabase()
    hub = await SpawnedHub.start(db)
    world = await makeWorld(db, hub.url)
    channel = await addTestChannel(world)
  })
  after(async () => {
    await hub.terminate()
    await channel.server.stop()
    await world.db.drop()
  })

  it('loses nothing that it acknowledged and stores nothing twice', async () => {
    const clients = 8
    const perClient = size(250, 1_250)
    const acknowledged = new Map<string, string>()
    await whileKilling(hub, async (alive) => {
      const push = async (client: number, n: number) => {
        const externalId = `m-${client}-${n}`
        acknowledged.set(
          externalId,
          await pushUntilAccepted(channel, world, externalId, `c-${client}-${n % 10}`, alive),
        )
      }
      const client = async (_: unknown, index: number) => {
        for (let n = 0; n < perClient; n++) await push(index, n)
      }
      await Promise.all(Array.from({ length: clients }, client))
    })
    const stored = await world.db.query<{ external_id: string; n: number }>(
      'count_stored',
      'select external_id, count(*) as n from messages where company_id = $1 and external_id is not null group by 1',
      [world.companyId],
    )
    const events = await world.db.query<{ n: number; first: number; last: number }>(
      'count_events',
      'select count(*) as n, min(number) as first, max(number) as last from events where company_id = $1',
      [world.companyId],
    )
    const known = new Set(stored.map(({ external_id }) => external_id))
    assert.equal(acknowledged.size, clients * perClient)
    assert.deepEqual(
      { lost: [...acknowledged.keys()].filter((id) => !known.has(id)), doubled: stored.filter(({ n }) => n > 1) },
      { lost: [], doubled: [] },
    )
    assert.equal(stored.length, clients * perClient)
    assert.equal(new Set(acknowledged.values()).size, clients * perClient, 'every message has a uid of its own')
    assert.equal(events[0]?.n, (events[0]?.last ?? 0) - (events[0]?.first ?? 0) + 1, 'event numbers have no gap')
    assert.ok(hub.kills > 0, 'the hub was killed at least once')
  })
})

async function pushUntilAccepted(
  channel: TestChannel,
  world: TestWorld,
  externalId: string,
  conversation: string,
  alive: AbortSignal,
): Promise<string> {
  const body = inbound({ body: `body of ${externalId}`, externalId, conversation })
  for (;;) {
    alive.throwIfAborted()
    const answer = await world
      .call('POST', `/channels/${channel.id}/inbound_messages`, body, { token: channel.token() })
      .catch(() => null)
    if (answer?.status === 202) return answer.body.message_uid
    if (answer) assert.equal(answer.status, 503, `only the database may be away: ${JSON.stringify(answer.body)}`)
    await wait(20)
  }
}
