import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { succeed } from '../harness/channel-server.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { countDuplicates, countInversions, size } from './counting.ts'
import { whileKilling } from './killer.ts'
import { openConversations, replyUntilAccepted, sum, untilSettled } from './load.ts'

for (const idempotent of [false, true]) {
  describe(`a hub that is killed every two seconds while it delivers (idempotent: ${idempotent})`, () => {
    let hub: SpawnedHub
    let fixture: Fixture
    let channel: TestChannel
    before(async () => {
      const db = await createDatabase()
      hub = await SpawnedHub.start(db)
      fixture = await makeFixture(db, hub.url)
      channel = await addTestChannel(fixture, { type: { idempotent, max_in_flight: inFlight } })
      channel.server.behave = async (received, response) => {
        await wait(20)
        return succeed(received, response)
      }
    })
    after(async () => {
      await hub.terminate()
      await channel.server.stop()
      await fixture.db.drop()
    })

    it('ends every message in a final state, in order, and repeats only what may be repeated', async () => {
      const total = size(80, 2_000)
      const conversations = await openConversations(channel, fixture, 10)
      let states: Record<string, number> = {}
      await whileKilling(hub, async (deadline) => {
        await Promise.all(
          conversations.map(async (conversation, index) => {
            for (let n = index; n < total; n += conversations.length)
              await replyUntilAccepted(fixture, conversation, n, deadline)
          }),
        )
        states = await untilSettled(fixture, deadline)
      })
      const received = channel.server.messages().map(({ body }) => String(body.payload.text))
      assert.equal(sum(states), total, 'every reply that was acknowledged has a delivery')
      const duplicates = countDuplicates(received)
      if (idempotent) {
        assert.deepEqual(Object.keys(states), ['sent'])
        assert.ok(duplicates <= hub.kills * inFlight, `${duplicates} repeats for ${hub.kills} kills`)
      } else {
        assert.equal(duplicates, 0)
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

/** The inversions of first arrivals: a repeat is late by nature. */
function inversions(received: string[], conversations: number): number {
  const first = [...new Set(received)].map(Number)
  return Array.from({ length: conversations }, (_, index) => first.filter((n) => n % conversations === index)).reduce(
    (total, series) => total + countInversions(series),
    0,
  )
}
