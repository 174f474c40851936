import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import {
  type DeliveryFixture,
  fakeServer,
  sealer,
  startDeliveryFixture,
  urls,
} from '../../../../tests/harness/deliveries.ts'
import { additionalDataOfCredential } from '../channels/credentials.ts'
import { openDatabase } from '../db/database.ts'
import { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { changeDelivery, type DeliveryVerb } from './change.ts'
import { claimDeliveries } from './claim.ts'
import { classify } from './classify.ts'
import { Completions } from './completions.ts'
import { listAttempts } from './queries.ts'
import { schedule } from './schedule.ts'
import { Targets } from './targets.ts'

let world: DeliveryFixture
before(async () => {
  world = await startDeliveryFixture()
  world.startLoop()
})
after(() => world.close())

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A new conversation on a new server. */
async function newChannel(
  t: Parameters<typeof fakeServer>[0],
  type: Parameters<DeliveryFixture['addChannel']>[1] = {},
) {
  const server = await fakeServer(t)
  const channel = await world.addChannel(server, type)
  const conversation = await world.addConversation(channel)
  return { server, channel, conversation, send: (text: string) => world.send(conversation, channel, text) }
}

function change(messageId: number, channelId: number, verb: DeliveryVerb) {
  const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
  return changeDelivery(world.db, world.bus, actor, { messageId, channelId }, verb)
}

const is = (id: number, state: string) => (states: Record<number, string>) => states[id] === state

test('a message arrives as the stored bytes, and gets the ids of the response', async (t) => {
  const { server, conversation, send } = await newChannel(t)
  const first = await send('Your parcel left the depot')
  await world.until()
  const row = await world.row(first)
  assert.deepEqual([row.state, row.attempts, row.is_next], ['sent', 1, false])
  assert.match(row.external_id ?? '', /^ext-msg_/)
  const [received] = server.messages()
  assert(received && row.request_body)
  assert.equal(received.raw, row.request_body)
  assert.equal(JSON.stringify(JSON.parse(received.raw)), received.raw)
  assert.deepEqual(received.body.metadata, { external_conversation_ids: [] })

  await send('It arrives tomorrow')
  await world.until()
  const [, second] = server.messages()
  const externalId = String(row.external_id).replace('ext-', 'conv-')
  assert.deepEqual(second?.body.metadata, {
    external_conversation_id: externalId,
    external_conversation_ids: [externalId],
  })
  const owners = await world.db.query<{ conversation_id: number }>(
    't_owner',
    'select conversation_id from conversation_external_ids where company_id = $1 and external_id = $2',
    [world.companyId, externalId],
  )
  assert.deepEqual(owners, [{ conversation_id: conversation }])
})

test('a server that accepts and closes the connection gets nothing twice: the message is not confirmed until “Send again”', async (t) => {
  const server = await fakeServer(t)
  const channel = await world.addChannel(server, { maxInFlight: 32 })
  server.behave = (_received, response) => void response.socket?.resetAndDestroy()
  const ids: number[] = []
  for (let i = 0; i < 40; i++) ids.push(await world.send(await world.addConversation(channel), channel, `${i}`))
  const quick = setInterval(
    () =>
      world.db.query('t_close', 'update channel_delivery_states set open_until = null, failures = 0').catch(() => {}),
    20,
  )
  await world.until()
  clearInterval(quick)
  const states = await world.states()
  assert.deepEqual(new Set(ids.map((id) => states[id])), new Set(['not_confirmed']))
  assert.equal(server.messages().length, ids.length)
  const [id] = ids
  assert(id)
  assert.deepEqual(
    [(await world.row(id)).error_code, (await world.row(id)).error_type],
    ['connection_reset', 'connection_reset'],
  )
  server.behave = succeed
  await change(id, channel, 'send_again')
  await world.until()
  const [before, again] = server.messages().filter(({ body }) => body.payload.text === '0')
  assert(before && again)
  assert.equal(sha256(before.raw), sha256(again.raw))
  const row = await world.row(id)
  assert.deepEqual([row.state, row.attempts, row.error_type], ['sent', 2, null])
})

test('an idempotent channel is retried automatically with the same bytes', async (t) => {
  const { server, channel, send } = await newChannel(t, { idempotent: true })
  server.behave = (_received, response) => void response.socket?.resetAndDestroy()
  const id = await send('once, or twice and recognised')
  await world.until(is(id, 'delayed'))
  const delayed = await world.row(id)
  assert(delayed.wait_ms > 3_500 && delayed.wait_ms <= 6_000, `${delayed.wait_ms}`)
  server.behave = succeed
  await change(id, channel, 'try_now')
  await world.until()
  assert.equal((await world.row(id)).state, 'sent')
  assert.equal(new Set(server.messages().map(({ raw }) => sha256(raw))).size, 1)
  assert.equal(server.messages().length, 2)
})

test('a 429 is not tried before its Retry-After, and the next of the conversation waits for it', async (t) => {
  const { server, channel, send } = await newChannel(t)
  server.behave = (_received, response) => {
    response.setHeader('retry-after', '30')
    answer(response, 429, {})
  }
  const first = await send('one')
  const second = await send('two')
  await world.until(is(first, 'delayed'))
  const wait = (await world.row(first)).wait_ms
  assert(wait > 25_000 && wait <= 30_000, `${wait}`)
  assert.deepEqual([(await world.row(second)).state, (await world.row(second)).is_next], ['queued', false])
  assert.equal(server.messages().length, 1)
  server.behave = succeed
  await change(second, channel, 'try_now')
  await world.until()
  assert.deepEqual(
    server.messages().map(({ body }) => body.payload.text),
    ['one', 'one', 'two'],
  )
})

test('two Retry-After headers, of an application and its proxy, delay a message like one, and later messages wait', async (t) => {
  const { server, channel, send } = await newChannel(t)
  server.behave = (_received, response) => {
    response.writeHead(429, ['Retry-After', '30', 'Retry-After', '40', 'Content-Type', 'a/b', 'Content-Type', 'c/d'])
    response.end()
  }
  const first = await send('one')
  const second = await send('two')
  await world.until(is(first, 'delayed'))
  const row = await world.row(first)
  assert(row.wait_ms > 35_000 && row.wait_ms <= 40_000, `${row.wait_ms}`)
  assert.deepEqual([row.error_code, (await world.row(second)).state], ['too_many_requests', 'queued'])
  server.behave = succeed
  await change(second, channel, 'try_now')
  await world.until()
  const arrived = server.messages().map(({ body }) => body.payload.text)
  assert.deepEqual(arrived, ['one', 'one', 'two'])
})

test('a compressed success counts as success, and a compressed refusal keeps its message', async (t) => {
  const { server, send } = await newChannel(t)
  const packed = (status: number, body: unknown): typeof server.behave => {
    return (_received, response) =>
      void response.writeHead(status, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(body)))
  }
  server.behave = packed(200, { type: 'success', external_id: 'packed-1' })
  const good = await send('yes')
  await world.until()
  assert.deepEqual([(await world.row(good)).state, (await world.row(good)).external_id], ['sent', 'packed-1'])
  server.behave = packed(400, { type: 'bad_request', message: 'The number does not exist' })
  const bad = await send('no')
  await world.until()
  const row = await world.row(bad)
  assert.deepEqual([row.error_code, row.error_message], ['bad_request', 'The number does not exist'])
})

test('a message is delayed, in order and not reported as sent, when the hub fails before it sends', async (t) => {
  const { server, conversation, channel, send } = await newChannel(t)
  const credential = sealer.seal('a\nb', additionalDataOfCredential(world.companyId, channel))
  await world.db.query(
    't_credential',
    `with c as (update channels set sealed_credential = $3 where company_id = $1 and id = $2 returning channel_type_id)
     update channel_types set auth_type = 'bearer' where company_id = $1 and id = (select channel_type_id from c)`,
    [world.companyId, channel, credential],
  )
  const [first, second] = [await send('one'), await send('two')]
  await world.until(is(first, 'delayed'))
  const row = await world.row(first)
  assert.deepEqual([row.error_code, row.attempts], ['internal', 1])
  assert.match(row.error_message ?? '', /Nothing was sent/)
  assert.equal(server.messages().length, 0)
  await change(second, channel, 'cancel')
  await change(first, channel, 'cancel')
  assert.equal((await world.stored(conversation)).length, 2)
})

test('a result with an unstorable text still stores the outcome of the attempt', async (t) => {
  const { channel, conversation } = await newChannel(t)
  const id = await world.send(conversation, channel, 'sent, then said to have failed')
  await world.until()
  await world.db.query('t_failed', `update deliveries set state = 'failed' where company_id = $1 and message_id = $2`, [
    world.companyId,
    id,
  ])
  const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
  await changeDelivery(world.db, new Bus({ notify() {} }), actor, { messageId: id, channelId: channel }, 'retry')
  const claimId = await world.interrupt([id], 60)
  const refused = classify(
    { kind: 'answer', status: 400, headers: {}, bodyText: '{"message":"no"}', durationMs: 1 },
    { idempotent: false },
  )
  const call = { companyId: world.companyId, messageId: id, channelId: channel, claimId }
  const finished = { ...call, isExpired: false, startedAt: 1, durationMs: 1, statusCode: 400, excerpt: 'nul \0 nul' }
  const errors: unknown[] = []
  const completions = new Completions(world.db, (error) => void errors.push(error))
  const done = await completions.add({ ...finished, outcome: schedule(refused, 0, 0.5) })
  await completions.close()
  assert(done, errors.join())
  assert.equal(errors.length, 1)
  assert.deepEqual([(await world.row(id)).state, (await world.row(id)).error_code], ['failed', 'refused'])
})

test('a message fails at the end of the retry schedule, and Retry starts the schedule again', async (t) => {
  const server = await fakeServer(t)
  const channel = await world.addChannel({ url: server.url })
  await server.stop()
  const id = await world.send(await world.addConversation(channel), channel, 'to nobody')
  for (let attempt = 1; attempt <= 10; attempt++) {
    await world.until(async () => (await attemptsOf(id)) === attempt)
    const row = await world.row(id)
    assert.deepEqual([row.error_code, row.state], ['connection_refused', attempt < 10 ? 'delayed' : 'failed'])
    if (attempt < 10) await change(id, channel, 'try_now')
  }
  await change(id, channel, 'retry')
  await world.until(async () => (await attemptsOf(id)) === 11)
  assert.deepEqual([(await world.row(id)).retries, (await world.row(id)).state], [1, 'delayed'])
  await change(id, channel, 'cancel')
})

/** Attempts that have ended. */
async function attemptsOf(messageId: number): Promise<number> {
  return (await listAttempts(world.db, world.companyId, messageId)).length
}

/** The schedule may be faster than we are. */
function isTriedByItself(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 'delivery_not_in_state')) throw error
}

test('messages of a conversation stay in order with slow and failing responses', async (t) => {
  const { server, channel, send } = await newChannel(t)
  const failed = new Set<unknown>()
  server.behave = (received, response) => {
    const { text } = received.body.payload
    setTimeout(() => {
      if (Math.random() < 0.3 && !failed.has(text)) {
        failed.add(text)
        answer(response, 429, {})
      } else succeed(received, response)
    }, Math.random() * 9)
  }
  const ids: number[] = []
  for (let i = 0; i < 30; i++) ids.push(await send(String(i)))
  const last = ids.at(-1) ?? 0
  for (let states = await world.states(); states[last] !== 'sent'; states = await world.states()) {
    const delayed = ids.find((id) => states[id] === 'delayed')
    if (delayed) await change(delayed, channel, 'try_now').catch(isTriedByItself)
    await world.until((now) => now[last] === 'sent' || ids.some((id) => now[id] === 'delayed'))
  }
  const arrived = server.messages().map(({ body }) => Number(body.payload.text))
  assert.deepEqual(
    arrived,
    arrived.toSorted((a, b) => a - b),
  )
  assert.deepEqual(
    [...new Set(arrived)],
    ids.map((_id, i) => i),
  )
  assert(failed.size > 0)
})

test('an attempt of a dead hub is not repeated, and a late result of it still counts', async (t) => {
  const { channel, conversation } = await newChannel(t)
  const quiet = new Bus({ notify() {} })
  const draft = (await import('../messages/create.ts')).createOutboundMessage
  const { messageId } = await draft(world.db, quiet, {
    companyId: world.companyId,
    conversationId: conversation,
    channelId: channel,
    origin: 'api',
    actorId: 1,
    body: 'in flight',
    archive: false,
  })
  const deps = { db: world.db, urls, targets: new Targets(sealer) }
  const [claimed] = await claimDeliveries(deps, world.companyId, [channel], 1)
  assert.equal(claimed?.messageId, messageId)
  await world.endLeases()
  await world.until(is(messageId, 'not_confirmed'))
  const row = await world.row(messageId)
  assert.deepEqual([row.error_code, row.attempts], ['interrupted', 1])
  const [late] = await world.complete(claimed, 'sent')
  assert.notEqual(late, null)
  assert.deepEqual([(await world.row(messageId)).state, (await world.row(messageId)).error_code], ['sent', null])
  assert.equal(await attemptsOf(messageId), 1)
})

test('an id of the response that belongs to another message stays there, and the message counts as sent', async (t) => {
  const { server, channel, conversation, send } = await newChannel(t)
  server.behave = (_received, response) =>
    answer(response, 200, { type: 'success', external_id: 'the same', external_conversation_id: 'shared' })
  const first = await send('one')
  await world.until()
  const other = await world.addConversation(channel)
  const second = await world.send(other, channel, 'two')
  await world.until()
  assert.deepEqual([(await world.row(first)).external_id, (await world.row(second)).external_id], ['the same', null])
  assert.equal((await world.row(second)).state, 'sent')
  const owners = await world.db.query<{ conversation_id: number }>(
    't_owner_shared',
    `select conversation_id from conversation_external_ids where company_id = $1 and channel_id = $2 and external_id = 'shared'`,
    [world.companyId, channel],
  )
  assert.deepEqual(owners, [{ conversation_id: conversation }])
})

test('five failures in a row open the breaker; one probe passes, and its success closes it', async (t) => {
  const server = await fakeServer(t)
  const channel = await world.addChannel(server)
  const stateOfChannel = async () => {
    const [row] = await world.db.query<{ failures: number; open_ms: number | null; failing: boolean }>(
      't_lane_of',
      `select failures, (extract(epoch from open_until - now()) * 1000)::bigint as open_ms, failing_since is not null as failing
       from channel_delivery_states where company_id = $1 and channel_id = $2`,
      [world.companyId, channel],
    )
    return row
  }
  server.behave = (_received, response) => answer(response, 500, {})
  const ids: number[] = []
  for (let i = 0; i < 20; i++) ids.push(await world.send(await world.addConversation(channel), channel, `${i}`))
  await world.until((states) => ids.filter((id) => states[id] === 'not_confirmed').length >= 5)
  const open = await stateOfChannel()
  assert(open && open.failures >= 5 && (open.open_ms ?? 0) > 20_000 && open.failing)
  const sent = server.messages().length
  assert(sent <= 8, `${sent} requests before it opened, at most 4 at a time`)
  const waiting = ids.filter((_id, i) => i >= sent)
  assert.deepEqual(await world.choose(), [])

  server.behave = succeed
  const [probe] = waiting
  assert(probe)
  await change(probe, channel, 'try_now')
  await world.until((states) => waiting.every((id) => states[id] === 'sent'))
  assert.deepEqual(await stateOfChannel(), { failures: 0, open_ms: null, failing: false })
  assert.equal(server.messages().length, ids.length)
})

test('a slow channel uses only its own slots', async (t) => {
  const slow = await newChannel(t)
  const released = Promise.withResolvers<void>()
  slow.server.behave = async (received, response) => {
    await released.promise
    succeed(received, response)
  }
  const stuck: number[] = []
  for (let i = 0; i < 12; i++)
    stuck.push(await world.send(await world.addConversation(slow.channel), slow.channel, 'slow'))
  await slow.server.until(() => slow.server.messages().length === 4)
  const quick = await newChannel(t)
  const id = await quick.send('quick')
  await world.until(is(id, 'sent'))
  assert.equal(slow.server.messages().length, 4)
  released.resolve()
  await world.until()
  assert.equal(slow.server.messages().length, 12)
})

test('cancel while the undo time runs leaves the message unsent; each verb needs its state', async (t) => {
  const { server, channel, send } = await newChannel(t)
  await world.db.query('t_undo', 'update channels set undo_send_time = 10 where company_id = $1 and id = $2', [
    world.companyId,
    channel,
  ])
  const id = await send('oops')
  const next = await send('better')
  for (const verb of ['retry', 'send_again', 'mark_as_sent'] as const) {
    await assert.rejects(change(id, channel, verb), { code: 'delivery_not_in_state' })
  }
  await change(id, channel, 'cancel')
  assert.deepEqual([(await world.row(id)).state, (await world.row(next)).is_next], ['cancelled', true])
  for (const verb of ['retry', 'send_again', 'mark_as_sent', 'cancel', 'try_now'] as const) {
    await assert.rejects(change(id, channel, verb), { code: 'delivery_not_in_state' })
  }
  await change(next, channel, 'try_now')
  await world.until(is(next, 'sent'))
  assert.deepEqual(
    server.messages().map(({ body }) => body.payload.text),
    ['better'],
  )
  await assert.rejects(change(999_999, channel, 'retry'), { code: 'not_found' })
})

test("a refusal fails with the channel's message, Retry sends the same bytes, and Mark as sent settles an unconfirmed message", async (t) => {
  const { server, channel, send } = await newChannel(t)
  server.behave = (_received, response) =>
    answer(response, 400, { type: 'bad_request', message: 'Number is\nnot\u0000 valid' })
  const id = await send('hello')
  await world.until(is(id, 'failed'))
  const row = await world.row(id)
  assert.deepEqual(
    [row.error_code, row.error_message, row.error_type],
    ['bad_request', 'Number is not valid', 'bad_request'],
  )
  server.behave = (_received, response) => answer(response, 200, 'thanks')
  await change(id, channel, 'retry')
  await world.until(is(id, 'not_confirmed'))
  await change(id, channel, 'mark_as_sent')
  const sent = await world.row(id)
  assert.deepEqual([sent.state, sent.error_code, sent.error_type, sent.attempts], ['sent', null, null, 2])
  assert.equal(new Set(server.messages().map(({ raw }) => raw)).size, 1)
  const events = await world.db.query<{ type: string; state: string }>(
    't_events',
    `select type, data->>'state' as state from events where company_id = $1 and message_id = $2 order by number`,
    [world.companyId, id],
  )
  assert.deepEqual(
    events.map(({ type, state }) => `${type} ${state}`),
    ['out_reply null', 'sending_error failed', 'delivery queued', 'sending_error not_confirmed', 'delivery sent'],
  )
})

test('two hubs deliver each message once', async (t) => {
  const servers = await Promise.all([fakeServer(t), fakeServer(t), fakeServer(t)])
  const channels = await Promise.all(servers.map((server) => world.addChannel(server)))
  const other = openDatabase({ connection: { connectionString: world.db.url } })
  const loop = world.startLoop({ db: other, bus: new Bus({ notify() {} }) })
  for (let i = 0; i < 300; i++) {
    const channel = channels[i % 3] ?? 0
    await world.send(await world.addConversation(channel), channel, `${i}`)
  }
  await world.until()
  await loop.stop()
  await other.close()
  const received = servers.flatMap((server) => server.messages().map(({ body }) => body.payload.id))
  assert.deepEqual([received.length, new Set(received).size], [300, 300])
})
