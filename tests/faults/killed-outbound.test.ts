import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { succeed } from '../harness/channel-server.ts'
import { createDatabase } from '../harness/database.ts'
import { makeWorld, type TestWorld } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { whileKilling } from './killer.ts'
import { countDoubled, countInversions, size } from './ledger.ts'

for (const idempotent of [false, true]) {
  describe(`F02 the hub is killed every two seconds while it delivers (idempotent: ${idempotent})`, () => {
    let hub: SpawnedHub
    let world: TestWorld
    let channel: TestChannel
    before(async () => {
      const db = await createDatabase()
      hub = await SpawnedHub.start(db)
      world = await makeWorld(db, hub.url)
      channel = await addTestChannel(world, { type: { idempotent, max_in_flight: inFlight } })
      channel.server.behave = async (received, response) => {
        await wait(20)
        return succeed(received, response)
      }
    })
    after(async () => {
      await hub.terminate()
      await channel.server.stop()
      await world.db.drop()
    })

    it('ends every message in a final state, in order, and repeats only what may be repeated', async () => {
      const total = size(80, 2_000)
      const conversations = await openConversations(channel, world, 10)
      await whileKilling(hub, async (alive) => {
        await Promise.all(
          conversations.map(async (conversation, index) => {
            for (let n = index; n < total; n += conversations.length) await reply(world, conversation, n, alive)
          }),
        )
        await untilSettled(world, alive)
      })
      const received = channel.server.messages().map(({ body }) => String(body.payload.text))
      const states = await statesOf(world)
      assert.equal(sum(states), total, 'every reply that was acknowledged has a delivery')
      const doubled = countDoubled(received)
      if (idempotent) {
        assert.deepEqual(Object.keys(states), ['sent'])
        assert.ok(doubled <= hub.kills * inFlight, `${doubled} repeats for ${hub.kills} kills`)
      } else {
        assert.equal(doubled, 0)
        assert.deepEqual(
          Object.keys(states).filter((state) => !['sent', 'not_confirmed'].includes(state)),
          [],
        )
        assert.ok((states.not_confirmed ?? 0) <= hub.kills * inFlight)
      }
      assert.equal(inversions(received, conversations.length), 0)
      assert.ok(hub.kills > 0, 'the hub was killed at least once')
    })
  })
}

const inFlight = 4

async function openConversations(channel: TestChannel, world: TestWorld, count: number): Promise<string[]> {
  const paths: string[] = []
  for (let n = 0; n < count; n++) {
    const { body } = await channel.push({ body: 'hello', externalId: `in-${n}`, conversation: `conv-${n}` })
    const message = (await world.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    paths.push(new URL(message._links.related.conversation).pathname)
  }
  return paths
}

async function reply(world: TestWorld, conversation: string, n: number, alive: AbortSignal): Promise<void> {
  for (;;) {
    alive.throwIfAborted()
    const options = { headers: { 'idempotency-key': `reply-${n}` } }
    const answer = await world.call('POST', `${conversation}/messages`, { body: String(n) }, options).catch(() => null)
    if (answer?.status === 202) return
    await wait(20)
  }
}

/** What was under way at a kill is decided when its lease ends, 15 s later; what waits behind it goes then. */
async function untilSettled(world: TestWorld, alive: AbortSignal): Promise<void> {
  for (;;) {
    alive.throwIfAborted()
    const states = await statesOf(world)
    if (!states.queued && !states.sending && !states.delayed) return
    await wait(200)
  }
}

async function statesOf({ db, companyId }: TestWorld): Promise<Record<string, number>> {
  const rows = await db.query<{ state: string; n: number }>(
    'states_of',
    'select state, count(*) as n from deliveries where company_id = $1 group by state order by state desc',
    [companyId],
  )
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
}

function sum(states: Record<string, number>): number {
  return Object.values(states).reduce((total, n) => total + n, 0)
}

/** Of the first arrivals: a repeat comes late by its nature. */
function inversions(received: string[], conversations: number): number {
  const first = [...new Set(received)].map(Number)
  return Array.from({ length: conversations }, (_, index) => first.filter((n) => n % conversations === index)).reduce(
    (total, series) => total + countInversions(series),
    0,
  )
}
