import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { inbound, type TestChannel } from '../harness/channel.ts'
import type { Fixture } from '../harness/hub.ts'
import { countDuplicates, countInversions } from './counting.ts'

/** Pushes until the hub acknowledges: retries without a connection, and after a 503 while its database is down. Resolves with the uid. */
export async function pushUntilAccepted(
  channel: TestChannel,
  fixture: Pick<Fixture, 'call'>,
  externalId: string,
  conversation: string,
  deadline: AbortSignal,
): Promise<string> {
  const body = inbound({ body: `body of ${externalId}`, externalId, conversation })
  for (;;) {
    deadline.throwIfAborted()
    const answer = await fixture
      .call('POST', `/channels/${channel.id}/inbound_messages`, body, { token: channel.token() })
      .catch(() => null)
    if (answer?.status === 202) return answer.body.message_uid
    if (answer) {
      assert.equal(answer.status, 503, `only the database may be away: ${JSON.stringify(answer.body)}`)
      assert.ok(Number(answer.headers.get('retry-after')) >= 1, 'a 503 says when to come again')
    }
    await wait(20)
  }
}

/** Repeats a reply until the hub acknowledges it. Its Idempotency-Key makes it one message. */
export async function replyUntilAccepted(
  fixture: Pick<Fixture, 'call'>,
  conversation: string,
  n: number,
  deadline: AbortSignal,
): Promise<void> {
  for (;;) {
    deadline.throwIfAborted()
    const options = { headers: { 'idempotency-key': `reply-${n}` } }
    const answer = await fixture
      .call('POST', `${conversation}/messages`, { body: String(n) }, options)
      .catch(() => null)
    if (answer?.status === 202) return
    if (answer) assert.equal(answer.status, 503, JSON.stringify(answer.body))
    await wait(20)
  }
}

/** Opens `count` conversations, each with a customer's message, and resolves with their paths. */
export async function openConversations(channel: TestChannel, fixture: Fixture, count: number): Promise<string[]> {
  const paths: string[] = []
  for (let n = 0; n < count; n++) {
    const { body } = await channel.push({ body: 'hello', externalId: `in-${n}`, conversation: `conv-${n}` })
    const message = (await fixture.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    paths.push(new URL(message._links.related.conversation).pathname)
  }
  return paths
}

/** Waits until every delivery is final. An attempt that a kill interrupted is final when its lease ends, 15 s later; the messages behind it are sent then. */
export async function untilSettled(fixture: Fixture, deadline: AbortSignal): Promise<Record<string, number>> {
  for (;;) {
    deadline.throwIfAborted()
    const states = await statesOf(fixture).catch(() => null)
    if (states && !states.queued && !states.sending && !states.delayed) return states
    await wait(200)
  }
}

async function statesOf({ db, companyId }: Fixture): Promise<Record<string, number>> {
  const rows = await db.query<{ state: string; n: number }>(
    'states_of',
    'select state, count(*) as n from all_deliveries where company_id = $1 group by state order by state desc',
    [companyId],
  )
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
}

/** Throws unless every acknowledged push is stored once with a uid of its own, and event numbers have no gap. */
export async function requireStoredOnce(fixture: Fixture, acknowledged: Map<string, string>): Promise<void> {
  const stored = await fixture.db.query<{ external_id: string; n: number }>(
    'count_stored',
    `select external_id, count(*) as n from messages
     where company_id = $1 and external_id is not null and is_inbound group by 1`,
    [fixture.companyId],
  )
  const [events] = await fixture.db.query<{ n: number; first: number; last: number }>(
    'count_events',
    'select count(*) as n, min(number) as first, max(number) as last from events where company_id = $1',
    [fixture.companyId],
  )
  const known = new Set(stored.map(({ external_id }) => external_id))
  assert.deepEqual(
    { lost: [...acknowledged.keys()].filter((id) => !known.has(id)), duplicates: stored.filter(({ n }) => n > 1) },
    { lost: [], duplicates: [] },
  )
  assert.equal(new Set(acknowledged.values()).size, acknowledged.size, 'every message has a uid of its own')
  assert.equal(events?.n, (events?.last ?? 0) - (events?.first ?? 0) + 1, 'event numbers have no gap')
}

export const sum = (states: Record<string, number>) => Object.values(states).reduce((total, n) => total + n, 0)

export interface Load {
  /** Stops the load, and resolves when every request in flight is acknowledged. */
  stop(): Promise<void>
  /**
   * Throws unless every acknowledged message is stored once, every reply is final, at most so many are not confirmed, and the channel got
   * none twice and each conversation's in order.
   */
  assertOutcome(maxNotConfirmed: number): Promise<void>
}

interface LoadOptions {
  clients: number
  /** The least number of pushes of each client. */
  pushes: number
}

/** Pushes as channels and replies as teammates until it is stopped, whatever happens to hub and database. */
export async function startLoad(
  channel: TestChannel,
  fixture: Fixture,
  { clients, pushes }: LoadOptions,
  deadline: AbortSignal,
): Promise<Load> {
  const conversations = await openConversations(channel, fixture, 8)
  const acknowledged = new Map<string, string>()
  const working = new AbortController()
  let replies = 0
  const push = Array.from({ length: clients }, async (_, client) => {
    for (let n = 0; n < pushes || !working.signal.aborted; n++) {
      const externalId = `m-${client}-${n}`
      acknowledged.set(
        externalId,
        await pushUntilAccepted(channel, fixture, externalId, `c-${client}-${n % 10}`, deadline),
      )
    }
  })
  const replyLoops = conversations.map(async (conversation, index) => {
    for (let n = index; !working.signal.aborted; n += conversations.length) {
      await replyUntilAccepted(fixture, conversation, n, deadline)
      replies++
    }
  })
  return {
    async stop() {
      working.abort()
      await Promise.all([...push, ...replyLoops])
    },
    async assertOutcome(maxNotConfirmed) {
      const states = await untilSettled(fixture, deadline)
      await requireStoredOnce(fixture, acknowledged)
      const received = channel.server.messages().map(({ body }) => String(body.payload.text))
      assert.equal(sum(states), replies)
      assert.equal(countDuplicates(received), 0)
      assert.deepEqual(
        Object.keys(states).filter((state) => !['sent', 'not_confirmed'].includes(state)),
        [],
      )
      assert.ok((states.not_confirmed ?? 0) <= maxNotConfirmed)
      for (const index of conversations.keys()) {
        assert.equal(countInversions(received.map(Number).filter((n) => n % conversations.length === index)), 0)
      }
    },
  }
}
