import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { succeed } from '../harness/channel-server.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { StreamReader } from '../harness/stream.ts'
import { countDuplicates, countInversions, size } from './counting.ts'
import { openConversations, replyUntilAccepted, sum, untilSettled } from './load.ts'

describe('two hubs on one database', () => {
  let hubs: [SpawnedHub, SpawnedHub]
  let fixture: Fixture
  let other: Fixture['call']
  let channel: TestChannel
  before(async () => {
    const db = await createDatabase()
    hubs = [await SpawnedHub.start(db), await SpawnedHub.start(db)]
    fixture = await makeFixture(db, hubs[0].url)
    other = fixture.through(hubs[1].url).call
    channel = await addTestChannel(fixture, { type: { idempotent: false, max_in_flight: inFlight } })
    channel.server.behave = async (received, response) => {
      await wait(10)
      return succeed(received, response)
    }
  })
  after(async () => {
    await Promise.all(hubs.map((hub) => hub.terminate()))
    await channel.server.stop()
    await fixture.db.drop()
  })

  const inFlight = 4
  const path = () => `/channels/${channel.id}/inbound_messages`
  const clients = () => [fixture.call, other]

  it('give 50 concurrent pushes of one external_id the same response, and store one message', async () => {
    const body = inbound({ body: 'Once', externalId: 'f09', conversation: 'f09' })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => clients()[n % 2]?.('POST', path(), body, { token: channel.token() })),
    )
    assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [202])
    assert.equal(new Set(answers.map((answer) => answer?.body.message_uid)).size, 1)
    const rows = await fixture.db.query('f09', `select id from messages where external_id = 'f09'`)
    assert.equal(rows.length, 1)
  })

  it('stream the same events in the same order, without a gap, while both write', async () => {
    const start = Number((await fixture.call('GET', '/conversations')).headers.get('x-portico-cursor'))
    const total = size(160, 2_000)
    const headers = { authorization: `Bearer ${fixture.token}` }
    const readers = hubs.map(({ url }) => readThrough(url, headers, start, total))
    const push = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < total / 8; n++) {
        const body = inbound({ body: 'x', externalId: `f33-${writer}-${n}`, conversation: 'f33' })
        const answer = await clients()[writer % 2]?.('POST', path(), body, { token: channel.token() })
        assert.equal(answer?.status, 202)
      }
    })
    await Promise.all(push)
    const joining = readThrough(hubs[1].url, headers, start, total)
    const expected = Array.from({ length: total }, (_, n) => start + 1 + n)
    for (const ids of await Promise.all([...readers, joining])) assert.deepEqual(ids, expected)
  })

  it('deliver each message once and in order, also when one of them is killed and restarted', {
    timeout: 120_000,
  }, async () => {
    const conversations = await openConversations(channel, fixture, 12)
    const total = size(360, 4_000)
    const deadline = AbortSignal.timeout(110_000)
    const half = Promise.withResolvers<void>()
    let accepted = 0
    const writing = conversations.map(async (conversation, index) => {
      for (let n = index; n < total; n += conversations.length) {
        // whoever asks the killed one comes again
        await replyUntilAccepted({ call: clients()[n % 2] as Fixture['call'] }, conversation, n, deadline)
        if (++accepted === total / 2) half.resolve()
      }
    })
    await half.promise
    await hubs[1].kill()
    await hubs[1].start()
    await Promise.all(writing)
    const states = await untilSettled(fixture, deadline)
    const received = channel.server.messages().map(({ body }) => String(body.payload.text))
    assert.equal(sum(states), total)
    assert.equal(countDuplicates(received), 0)
    assert.deepEqual(
      Object.keys(states).filter((state) => !['sent', 'not_confirmed'].includes(state)),
      [],
    )
    assert.ok((states.not_confirmed ?? 0) <= inFlight)
    assert.ok(new Set(received).size >= total - (states.not_confirmed ?? 0))
    for (const [index] of conversations.entries()) {
      assert.equal(countInversions(received.map(Number).filter((n) => n % conversations.length === index)), 0)
    }
  })
})

/** The ids of so many events after a cursor, as a browser reads them: an ended stream is opened again at the last id. */
async function readThrough(
  url: string,
  headers: Record<string, string>,
  from: number,
  total: number,
): Promise<number[]> {
  const ids: number[] = []
  while (ids.length < total) {
    const reader = await StreamReader.open(url, headers, ids.at(-1) ?? from)
    await reader.until(() => reader.hasEnded || ids.length + reader.messages.length >= total)
    reader.close()
    ids.push(...reader.messages.map(({ id }) => id))
  }
  return ids
}
