import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'
import { LEASE_SECONDS, LONGEST_PAUSE_SECONDS, LONGEST_RETRY_SECONDS } from '../db/constants.ts'
import { classify } from './classify.ts'
import { clampFutureTimes } from './queries.ts'
import { retryDelays, schedule } from './schedule.ts'

/** The database's clock cannot be set back; what it has written so far can be set forward, which is the same to what comes next. */
let world: DeliveryFixture
before(async () => {
  world = await startDeliveryFixture()
})
after(() => world.close())

test('messages are sent, leases expire and circuit breakers close in time after the database’s clock went back an hour', {
  timeout: 30_000,
}, async (t) => {
  const server = await fakeServer(t)
  server.behave = succeed
  const channel = await world.addChannel(server)
  const [waiting, claimed, breaker] = await Promise.all([1, 2, 3].map(() => world.addConversation(channel)))
  const ids = []
  for (const conversation of [waiting, waiting, claimed, breaker])
    ids.push(await world.send(conversation!, channel, `${conversation}`))
  const [first, second, interrupted] = ids as [number, number, number]
  const later = [
    `update outbox set due_at = now() + interval '1 hour' where company_id = $1`,
    `update channel_delivery_states set open_until = now() + interval '1 hour', failures = 5 where company_id = $1`,
  ]
  for (const [n, sql] of later.entries()) await world.db.query(`t_later_${n}`, sql, [world.companyId])
  await world.interrupt([interrupted], 3_600)
  const loop = world.startLoop()
  const wait = async () => {
    const [row] = await world.db.query<{ lease: number; open: number }>(
      't_wait',
      `select extract(epoch from c.lease_until - now())::float8 as lease, extract(epoch from l.open_until - now())::float8 as open
       from delivery_claims c join channel_delivery_states l using (company_id) where c.company_id = $1 and $2 = any(c.messages)`,
      [world.companyId, interrupted],
    )
    return row!
  }
  for (let now = await wait(); now.lease > 15; now = await wait());
  assert.ok((await wait()).open <= 30)
  await world.db.query('t_now', `update channel_delivery_states set open_until = now() where company_id = $1`, [
    world.companyId,
  ])
  await world.endLeases()
  await world.until()
  assert.deepEqual(
    server
      .messages()
      .map(({ body }) => body.payload.text)
      .filter((text) => text === `${waiting}`).length,
    2,
  )
  const states = await world.states()
  assert.deepEqual([states[first], states[second], states[interrupted]], ['sent', 'sent', 'not_confirmed'])
  await loop.stop()
})

test('retries run at once and pauses end after the database’s clock went back a day', async () => {
  const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
  const conversation = await world.addConversation(channel)
  await world.send(conversation, channel, 'tried before')
  const set = (name: string, due: string, paused: string) =>
    world.db.query(
      `t_${name}`,
      `with waiting as (update outbox set state = 'delayed', attempts = 1, due_at = now() + interval '${due}'
         where company_id = $1 and channel_id = $2)
       update channel_delivery_states set paused_until = now() + interval '${paused}' where company_id = $1 and channel_id = $2`,
      [world.companyId, channel],
    )
  await set('longest', `${LONGEST_RETRY_SECONDS} seconds`, `${LONGEST_PAUSE_SECONDS} seconds`)
  await clampFutureTimes(world.db, LEASE_SECONDS)
  assert.deepEqual(await world.choose(), [])
  await set('day', `1 day ${LONGEST_RETRY_SECONDS} seconds`, `1 day ${LONGEST_PAUSE_SECONDS} seconds`)
  await clampFutureTimes(world.db, LEASE_SECONDS)
  assert.deepEqual(await world.choose(), [channel])
})

test('the schedule waits no longer than the mending of times takes for possible', () => {
  const refused = {
    kind: 'answer' as const,
    status: 429,
    headers: { 'retry-after': '9999999' },
    bodyText: '',
    durationMs: 1,
  }
  const outcome = classify(refused, { idempotent: false })
  for (const retries of retryDelays.keys()) {
    const { delayMs, pauseMs } = schedule(outcome, retries, 1)
    assert.ok(delayMs !== null && delayMs <= LONGEST_RETRY_SECONDS * 1_000)
    assert.equal(pauseMs, LONGEST_PAUSE_SECONDS * 1_000)
  }
})
