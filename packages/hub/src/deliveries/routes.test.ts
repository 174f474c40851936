import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answer, FakeChannelServer } from '../../../../tests/harness/channel-server.ts'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let mine: StaffedCompany
let other: StaffedCompany
let server: FakeChannelServer

before(async () => {
  hub = await startEmptyHub()
  mine = await hub.addStaffedCompany('mine')
  other = await hub.addStaffedCompany('other')
  server = await FakeChannelServer.start()
  await hub.db.query('t_url', 'update channels set webhook_url = $1', [server.url])
})
after(async () => {
  await hub.close()
  await server.stop()
})

async function send(text: string): Promise<string> {
  const path = `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}/messages`
  const {
    status,
    body,
    text: said,
  } = await hub.request('POST', path, {
    as: mine.apiToken,
    headers: { prefer: 'return=representation' },
    body: { to: ['ivo'], body: text },
  })
  assert.equal(status, 202, said)
  return body.id
}

/** The delivery once it is in this state: each change of it is an event. */
async function untilState(id: string, state: string) {
  for (;;) {
    const committed = new Promise<void>((resolve) => hub.bus.on('events', () => resolve()))
    const { body } = await hub.request('GET', `/messages/${id}/delivery`, { as: mine.apiToken })
    if (body.state === state) return body
    await committed
  }
}

test('a delivery is shown with its attempts and the channel’s messages', async () => {
  server.behave = (_received, response) => answer(response, 400, { type: 'bad_request', message: 'No such number' })
  const id = await send('hello')
  const delivery = await untilState(id, 'failed')
  assert.deepEqual(delivery.error, { code: 'bad_request', message: 'No such number' })
  const [attempt] = delivery.attempts_log
  assert.deepEqual(
    [delivery.attempts, attempt.number, attempt.status_code, attempt.outcome, attempt.response_excerpt],
    [1, 1, 400, 'failed', '{"type":"bad_request","message":"No such number"}'],
  )
  const { body } = await hub.request('GET', `/messages/${id}`, { as: mine.apiToken })
  assert.deepEqual(
    [body.delivery.state, body.error_type, body.error_message],
    ['failed', 'bad_request', 'No such number'],
  )
})

test('a delivery without a connection has a plain message, and the technical reason in its attempt', async () => {
  server.behave = (_received, response) => void response.destroy()
  const id = await send('is anybody there?')
  const { error, attempts_log: log } = await untilState(id, 'not_confirmed')
  const message = "The channel's server closed the connection before its answer was complete."
  assert.deepEqual(error, { code: 'connection_reset', message })
  assert.deepEqual([log[0].response_excerpt, log[0].detail], [null, 'UND_ERR_SOCKET'])
})

test('a message that was marked as sent is distinguished from a confirmed one', async () => {
  server.behave = (_received, response) => answer(response, 500, {})
  const id = await send('perhaps')
  await untilState(id, 'not_confirmed')
  const { body } = await hub.request('POST', `/messages/${id}/delivery/mark_as_sent`, { as: mine.apiToken })
  assert.deepEqual([body.state, body.decided_by, body.decided_by_type], ['sent', null, 'api'])
})

test('a cancelled or failed message has may_have_arrived after an unconfirmed attempt', async () => {
  server.behave = (_received, response) => answer(response, 500, {})
  const id = await send('perhaps twice')
  await untilState(id, 'not_confirmed')
  server.behave = (_received, response) => answer(response, 400, { type: 'bad_request', message: 'No' })
  await hub.request('POST', `/messages/${id}/delivery/send_again`, { as: mine.apiToken })
  assert.equal((await untilState(id, 'failed')).may_have_arrived, true)
  server.behave = (_received, response) => answer(response, 429, {})
  await hub.request('POST', `/messages/${id}/delivery/retry`, { as: mine.apiToken })
  await untilState(id, 'delayed')
  const { body } = await hub.request('POST', `/messages/${id}/delivery/cancel`, { as: mine.apiToken })
  assert.deepEqual([body.state, body.may_have_arrived], ['cancelled', true])

  const unsent = await send('never left')
  await untilState(unsent, 'delayed')
  const cancelled = await hub.request('POST', `/messages/${unsent}/delivery/cancel`, { as: mine.apiToken })
  assert.deepEqual([cancelled.body.state, cancelled.body.may_have_arrived], ['cancelled', false])
})

test('a queued message of a paused channel has held_until, until “Try now”', async () => {
  server.behave = (_received, response) =>
    void response.writeHead(429, { 'retry-after': '600', 'content-type': 'application/json' }).end('{}')
  const first = await send('the channel is busy')
  await untilState(first, 'delayed')
  const queued = await send('held back')
  const { body } = await hub.request('GET', `/messages/${queued}/delivery`, { as: mine.apiToken })
  assert.deepEqual([body.state, body.attempts], ['queued', 0])
  assert.ok(body.held_until > Date.now() / 1000 + 500, JSON.stringify(body))
  server.behave = (_received, response) => answer(response, 200, { type: 'success', external_id: 'held-back' })
  await hub.request('POST', `/messages/${queued}/delivery/try_now`, { as: mine.apiToken })
  assert.equal((await untilState(queued, 'sent')).held_until, null)
})

test('Retry returns the current delivery, and an action of another state is a 409', async () => {
  server.behave = (_received, response) => answer(response, 400, { type: 'bad_request', message: 'No' })
  const id = await send('again')
  await untilState(id, 'failed')
  const refused = await hub.request('POST', `/messages/${id}/delivery/send_again`, { as: mine.apiToken })
  assert.deepEqual([refused.status, refused.body._error.code], [409, 'delivery_not_in_state'])
  server.behave = (_received, response) => answer(response, 200, { type: 'success', external_id: 'retried' })
  const retried = await hub.request('POST', `/messages/${id}/delivery/retry`, { as: mine.apiToken })
  assert.equal(retried.status, 200)
  assert(['queued', 'sending', 'sent'].includes(retried.body.state))
  assert.deepEqual(Object.keys(retried.body), [
    'state',
    'undo_until',
    'next_attempt_at',
    'held_until',
    'error',
    'attempts',
    'may_have_arrived',
    'is_dismissed',
    'waits_for',
    'decided_by',
    'decided_by_type',
  ])
  await untilState(id, 'sent')
})

test('undo cancels a message while its undo time runs', async () => {
  await hub.db.query('t_undo', 'update channels set undo_send_time = 60 where company_id = $1', [mine.companyId])
  const id = await send('oops')
  const { body } = await hub.request('GET', `/messages/${id}/delivery`, { as: mine.apiToken })
  assert(body.undo_until > Date.now() / 1000)
  const cancelled = await hub.request('POST', `/messages/${id}/delivery/cancel`, { as: mine.apiToken })
  assert.equal(cancelled.body.state, 'cancelled')
  await hub.db.query('t_undo_off', 'update channels set undo_send_time = 0 where company_id = $1', [mine.companyId])
})

test('the delivery of another company’s message, of an inbound one, or of none does not exist', async () => {
  const id = await send('mine')
  for (const [path, as] of [
    [`/messages/${id}/delivery`, other.apiToken],
    ['/messages/msg_zzzzz/delivery', mine.apiToken],
    ['/messages/nonsense/delivery', mine.apiToken],
  ] as const) {
    assert.equal((await hub.request('GET', path, { as })).status, 404)
    for (const verb of ['retry', 'send_again', 'try_now', 'cancel', 'mark_as_sent']) {
      assert.equal((await hub.request('POST', `${path}/${verb}`, { as })).status, 404)
    }
  }
  assert.equal((await hub.request('GET', `/messages/${id}/delivery`, { as: mine.channelToken() })).status, 403)
})

test('the log has a line for each attempt, without message text', async () => {
  server.behave = (_received, response) => answer(response, 400, { type: 'bad_request', message: 'canary-answer' })
  const id = await send('canary-text')
  await untilState(id, 'failed')
  const lines = hub
    .logged()
    .split('\n')
    .filter((line) => line.includes('"msg":"attempt"') && line.includes(id))
  assert.equal(lines.length, 1)
  const { outcome, code, status_code, attempt } = JSON.parse(lines[0] ?? '{}')
  assert.deepEqual([outcome, code, status_code, attempt], ['failed', 'bad_request', 400, 1])
  assert.doesNotMatch(hub.logged(), /canary/)
})
