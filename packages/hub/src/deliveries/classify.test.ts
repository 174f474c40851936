import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainText } from '../channel-requests/answer.ts'
import type { CallResult } from '../outbound-http/call.ts'
import { classify } from './classify.ts'
import { retryDelays, schedule } from './schedule.ts'

const careful = { idempotent: false }

function answer(status: number, body: unknown = '', headers = {}): CallResult {
  const bodyText = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'answer', status, headers, bodyText, durationMs: 1 }
}

const ids = { external_id: 'sms-55102', external_conversation_id: 'visitor-8841' }
const long = 'x'.repeat(201)

const table: [name: string, result: CallResult, state: string, code: string | null, message?: RegExp | null][] = [
  ['2xx with success and ids', answer(200, { type: 'success', ...ids }), 'sent', null],
  ['2xx with success and ids, 201', answer(201, { type: 'success', ...ids }), 'sent', null],
  ['2xx with ids and no type', answer(200, ids), 'sent', null],
  ['2xx with one id and no type', answer(200, { external_id: 'a' }), 'sent', null],
  ['2xx with success and no ids', answer(200, { type: 'success' }), 'sent', null],
  [
    '2xx with an error of the vocabulary',
    answer(200, { type: 'bad_request', message: 'No.' }),
    'failed',
    'bad_request',
    /^No\.$/,
  ],
  ['2xx with an error without words', answer(200, { type: 'forbidden' }), 'failed', 'forbidden', /does not allow/],
  [
    '2xx with a type nobody knows',
    answer(200, { type: 'error', message: 'boom' }),
    'not_confirmed',
    'invalid_response',
    /boom/,
  ],
  [
    '2xx with a type that is a word of JavaScript',
    answer(200, { type: 'constructor' }),
    'not_confirmed',
    'invalid_response',
  ],
  ['2xx empty', answer(200), 'not_confirmed', 'invalid_response'],
  ['204', answer(204), 'not_confirmed', 'invalid_response'],
  ['2xx with the text OK', answer(200, 'OK'), 'not_confirmed', 'invalid_response'],
  ['2xx with {}', answer(200, {}), 'not_confirmed', 'invalid_response'],
  ['2xx with null', answer(200, 'null'), 'not_confirmed', 'invalid_response'],
  ['2xx with HTML', answer(200, '<!doctype html><p>hi'), 'not_confirmed', 'invalid_response'],
  [
    '2xx with success cut in the middle',
    answer(200, '{"type":"success","external_id":"'),
    'not_confirmed',
    'invalid_response',
  ],
  ['2xx with an array', answer(200, '[{"type":"success"}]'), 'not_confirmed', 'invalid_response'],
  ['301', answer(301), 'failed', 'redirect_not_followed'],
  ['304, which sends nobody elsewhere', answer(304), 'failed', 'refused', /answered 304\.$/],
  ['300 with words', answer(300, 'Choose.', { 'content-type': 'text/plain' }), 'failed', 'refused', /Choose/],
  ['307', answer(307, '', { location: 'https://elsewhere.example' }), 'failed', 'redirect_not_followed'],
  [
    '400 with {type, message}',
    answer(400, { type: 'bad_request', message: 'Missing conversation id' }),
    'failed',
    'bad_request',
    /^Missing conversation id$/,
  ],
  [
    '500 with {type, message}',
    answer(500, { type: 'internal_error', message: 'SMSC down' }),
    'failed',
    'internal_error',
    /^SMSC down$/,
  ],
  ['401 with another shape', answer(401, { error: { message: 'who?' } }), 'failed', 'refused', /401: who\?$/],
  [
    '400 with the text Bad Request',
    answer(400, 'Bad Request', { 'content-type': 'text/plain' }),
    'failed',
    'refused',
    /400: Bad Request$/,
  ],
  [
    '404 with HTML',
    answer(404, '<h1>Cannot POST /</h1>', { 'content-type': 'text/html' }),
    'failed',
    'refused',
    /answered 404\.$/,
  ],
  [
    '413',
    answer(413, '<pre>PayloadTooLargeError', { 'content-type': 'text/html' }),
    'failed',
    'message_too_large',
    /too large for this channel/,
  ],
  ['429', answer(429, '', { 'retry-after': '30' }), 'delayed', 'too_many_requests'],
  [
    '429 with words of the vocabulary',
    answer(429, { type: 'too_many_requests', message: 'slow' }),
    'delayed',
    'too_many_requests',
  ],
  ['503 with Retry-After', answer(503, '', { 'retry-after': '30' }), 'delayed', 'service_unavailable'],
  ['503 without', answer(503), 'not_confirmed', 'server_error'],
  [
    '500 with HTML',
    answer(500, '<h1>oops</h1>', { 'content-type': 'text/html' }),
    'not_confirmed',
    'server_error',
    /answered 500\.$/,
  ],
  [
    '502 with JSON of another shape',
    answer(502, { message: 'upstream' }),
    'not_confirmed',
    'server_error',
    /502: upstream$/,
  ],
  ...(
    [
      'dns_error',
      'connection_refused',
      'tls_error',
      'connect_timeout',
      'blocked_address',
      'loop',
      'no_sockets',
      'paused',
    ] as const
  ).map((code): (typeof table)[number] => [
    code,
    { kind: 'not_sent', code, message: 'Why.', durationMs: 1 },
    'delayed',
    code,
    /^Why\.$/,
  ]),
  ...(['timeout', 'connection_reset', 'unreadable_answer'] as const).map((code): (typeof table)[number] => [
    code,
    { kind: 'ambiguous', code, message: 'Why.', durationMs: 1 },
    'not_confirmed',
    code,
    /^Why\.$/,
  ]),
]

for (const [name, result, state, code, message] of table) {
  test(`${name} is ${state}`, () => {
    const outcome = classify(result, careful)
    assert.deepEqual([outcome.state, outcome.errorCode], [state, code])
    if (message) assert.match(outcome.message ?? '', message)
  })
}

test('an unconfirmed delivery is retried automatically only on an idempotent channel', () => {
  for (const [name, result, state] of table) {
    const expected = state === 'not_confirmed' ? 'delayed' : state
    assert.equal(classify(result, { idempotent: true }).state, expected, name)
  }
  const interrupted = { kind: 'lease_expired', durationMs: 0 } as const
  assert.equal(classify(interrupted, careful).state, 'not_confirmed')
  assert.equal(classify(interrupted, { idempotent: true }).state, 'delayed')
})

test('ids are stored unchanged; an id over 200 characters is dropped, and the message counts as sent', () => {
  const both = classify(answer(200, { type: 'success', ...ids }), careful)
  assert.deepEqual([both.externalId, both.externalConversationId, both.warning], ['sms-55102', 'visitor-8841', null])
  const joined = classify(answer(200, { type: 'success', external_id: 'm1-+1555,m1-+1666' }), careful)
  assert.equal(joined.externalId, 'm1-+1555,m1-+1666')
  const wide = '\u{1f4ee}'.repeat(200)
  assert.equal(classify(answer(200, { type: 'success', external_id: wide }), careful).externalId, wide)
  for (const bad of [`${wide}x`, ' ', long, 'a\0b', '\ud800', {}, true]) {
    const outcome = classify(answer(200, { type: 'success', external_id: bad }), careful)
    assert.deepEqual([outcome.state, outcome.externalId, outcome.warning !== null], ['sent', null, true])
  }
  assert.match(classify(answer(200, { type: 'success' }), careful).warning ?? '', /no external_id/)
})

const wide = '1198765432109876543'
const numbers: [written: string, kept: string | null][] = [
  ['55102', '55102'],
  ['0', '0'],
  ['-7', '-7'],
  [wide, wide],
  ['9007199254740993', '9007199254740993'],
  [`${wide}${wide}${wide}`, `${wide}${wide}${wide}`],
  ...['1e400', '-1e400', '1e3', '1E3', '1.0', '12.5', '-0', '0.1', '9'.repeat(201)].map((written): [string, null] => [
    written,
    null,
  ]),
]

for (const [written, kept] of numbers) {
  test(`a number as an id, ${written.slice(0, 40)}, is ${kept === null ? 'not kept' : 'kept as it was written'}`, () => {
    const text = `{"type":"success","external_id":${written},"external_conversation_id":  ${written} }`
    const outcome = classify(answer(200, text), careful)
    assert.deepEqual([outcome.externalId, outcome.externalConversationId, outcome.state], [kept, kept, 'sent'])
    assert.equal(outcome.warning === null, kept !== null)
  })
}

test('a repeated key of the response counts by its last value, and unknown numbers are ignored', () => {
  const text = `{"type":"success","external_id":1,"external_id":${wide},"n":1e400,"deep":{"external_id":3}}`
  assert.equal(classify(answer(200, text), careful).externalId, wide)
  const nested = `{"type":"success","external_id":${wide},"deep":${'['.repeat(9_000)}${']'.repeat(9_000)}}`
  assert.equal(classify(answer(200, nested), careful).state, 'sent')
})

const refusalsInOtherWords: [string, unknown, string][] = [
  [
    'problem details',
    { type: 'https://x.example/p', title: 'Bad', status: 400, detail: 'No such number' },
    'No such number',
  ],
  ['problem details with a title only', { type: 'about:blank', title: 'No such number' }, 'No such number'],
  ['errors as text', { errors: ['No such number', 'Too long'] }, 'No such number; Too long'],
  [
    'errors as objects',
    { errors: [{ message: 'No such number' }, { detail: 'Too long' }] },
    'No such number; Too long',
  ],
  ['errors of JSON:API', { errors: [{ status: '422', title: 'Invalid', detail: 'No such number' }] }, 'No such number'],
  [
    'errors by field',
    { title: 'Invalid', errors: { to: ['no such number'], body: 'too long' } },
    'to: no such number; body: too long',
  ],
  ['an error within an error', { error: { code: 7, errors: [{ reason: 'No such number' }] } }, 'No such number'],
  ["OAuth's description", { error: 'invalid_token', error_description: 'No such number' }, 'No such number'],
  [
    'messages in a list',
    { statusCode: 400, message: ['No such number', 'Too long'], error: 'Bad Request' },
    'No such number; Too long',
  ],
  ['a detail in a list', { detail: [{ loc: ['body'], msg: 'No such number' }] }, 'No such number'],
  ['an empty message beside an error', { message: '', error: 'No such number' }, 'No such number'],
  ['a list of errors', [{ message: 'No such number' }], 'No such number'],
  ['a text in JSON', '"No such number"', 'No such number'],
  ['plain text that says nothing of itself', 'No such number', 'No such number'],
]

for (const [name, body, words] of refusalsInOtherWords) {
  test(`the message of a refusal is found: ${name}`, () => {
    for (const status of [400, 422, 500]) {
      const { message } = classify(answer(status, body), careful)
      assert.equal(message, `The channel's server answered ${status}: ${words}`)
    }
  })
}

test('an unreadable body is an error with that reason', () => {
  const unread = { kind: 'answer', status: 200, headers: {}, bodyText: '', isUnreadable: true, durationMs: 1 } as const
  const outcome = classify(unread, careful)
  assert.deepEqual([outcome.state, /cannot be read/.test(outcome.message ?? '')], ['not_confirmed', true])
})

test('the longer of two Retry-After headers counts, in seconds or as a date', () => {
  const delay = (header: string) =>
    schedule(classify(answer(429, '', { 'retry-after': header }), careful), 0, 0.5).delayMs
  assert.deepEqual(
    [delay('30, 60'), delay('60, 30'), delay('30,30'), delay('30, soon')],
    [60_000, 60_000, 30_000, 30_000],
  )
  const date = new Date(Date.now() + 60_000).toUTCString()
  for (const header of [`${date}, 20`, `20, ${date}`, `${date}, ${date}`]) {
    const ms = delay(header) ?? 0
    assert(ms > 50_000 && ms <= 60_000, header)
  }
})

test("a channel's message becomes one plain line of at most 500 characters", () => {
  assert.equal(plainText('\u001b[31mred\u001b[0m\r\nSet-Cookie: a=b\t<b>x</b>\0'), 'red Set-Cookie: a=b <b>x</b>')
  const outcome = classify(answer(400, { type: 'bad_request', message: '🚀'.repeat(600) }), careful)
  assert((outcome.message?.length ?? 0) <= 500)
  assert(outcome.message?.isWellFormed())
})

test("the breaker counts transport errors, timeouts and 5xx, never a channel's own no, nor its pace", () => {
  const health = (result: CallResult) => classify(result, careful).isHealthy
  assert.equal(health({ kind: 'not_sent', code: 'dns_error', message: '', durationMs: 1 }), false)
  assert.equal(health({ kind: 'ambiguous', code: 'timeout', message: '', durationMs: 1 }), false)
  for (const status of [500, 502, 503]) assert.equal(health(answer(status)), false)
  assert.equal(health(answer(429)), true)
  assert.equal(health(answer(503, {}, { 'retry-after': '5' })), null)
  for (const status of [200, 301, 400, 401, 404, 413]) assert.equal(health(answer(status)), true)
  assert.equal(health(answer(500, { type: 'internal_error', message: 'no' })), true)
  assert.equal(classify({ kind: 'lease_expired', durationMs: 1 }, careful).isHealthy, null)
  for (const code of ['no_sockets', 'paused'] as const) {
    assert.equal(health({ kind: 'not_sent', code, message: '', durationMs: 1 }), null, 'our own trouble is not theirs')
  }
})

test('retries come at the stated times, give or take a fifth', () => {
  const outcome = classify({ kind: 'not_sent', code: 'dns_error', message: '', durationMs: 1 }, careful)
  const seconds = retryDelays.map((_delay, retries) =>
    [0, 0.5, 1].map((random) => schedule(outcome, retries, random).delayMs),
  )
  const table = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 36_000]
  assert.deepEqual(
    seconds,
    table.map((s) => [s * 800, s * 1_000, s * 1_200]),
  )
  const last = schedule(outcome, table.length, 0.5)
  assert.deepEqual([last.state, last.delayMs], ['failed', null])
  const uncertain = classify({ kind: 'ambiguous', code: 'timeout', message: '', durationMs: 1 }, { idempotent: true })
  assert.equal(schedule(uncertain, table.length, 0.5).state, 'not_confirmed')
})

test('Retry-After is kept, up to an hour; nonsense leaves the schedule as it is', () => {
  const delay = (header: string) =>
    schedule(classify(answer(429, '', { 'retry-after': header }), careful), 0, 0.5).delayMs
  assert.equal(delay('30'), 30_000)
  assert.equal(delay('999999999'), 3_600_000)
  assert.equal(delay('9'.repeat(400)), 3_600_000)
  for (const header of ['-1', 'abc', '', '0', '1', 'Thu, 01 Jan 1970 00:00:00 GMT'])
    assert.equal(delay(header), 5_000, header)
  const inAMinute = delay(new Date(Date.now() + 60_000).toUTCString()) ?? 0
  assert(inAMinute > 50_000 && inAMinute <= 60_000)
})

test('a 429 pauses its channel for its Retry-After, by the server’s clock, and for a second without one', () => {
  const pause = (headers: Record<string, string>) => classify(answer(429, '', headers), careful).pauseMs
  assert.equal(pause({ 'retry-after': '30' }), 30_000)
  assert.equal(pause({ 'retry-after': '1.5' }), 1_500)
  const [date, later] = ['Thu, 26 Nov 2026 10:00:00 GMT', 'Thu, 26 Nov 2026 10:00:07 GMT']
  assert.equal(pause({ date, 'retry-after': later }), 7_000)
  for (const header of ['0', '-1', '-40', '-3600', '+40', '45.', 'in 49', '40 s', 'soon', date])
    assert.equal(pause({ date, 'retry-after': header }), 1_000, header)
  assert.equal(pause({}), 1_000)
  assert.equal(classify(answer(503), careful).pauseMs, null)
})

test('a message that is refused for the first time keeps its place, unless the pause is long', () => {
  const delay = (header: string, isFirst: boolean) =>
    schedule(classify(answer(429, '', { 'retry-after': header }), careful), 0, 0.5, isFirst).delayMs
  assert.deepEqual([delay('1', true), delay('1', false), delay('30', true)], [null, 5_000, 30_000])
})
