import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sign, signStandard } from '@portico/protocol'
import {
  type ChannelDefinition,
  ChannelError,
  type DeletedMessage,
  defineChannel,
  type EditedMessage,
} from './index.ts'

const secret = 'test-app-secret-000000000000000001'
const url = 'https://chat.example.net/front'
const webhook = `${url}?channel_id=cha_1a2b`
const authorization = '{"type":"authorization","payload":{"channel_id":"cha_1a2b"}}'
const deletion = '{"type":"delete","payload":{"channel_id":"cha_1a2b"}}'
const message =
  '{"type":"message","payload":{"id":"msg_zik0zk","text":"Café – déjà vu 🚀"},"metadata":{"external_conversation_ids":["visitor-8841"]}}'

interface Sending {
  to?: string
  method?: string
  by?: string
  at?: number
  headers?: Record<string, string>
}

function signed(body: string | Uint8Array<ArrayBuffer>, sending: Sending = {}): Request {
  const { to = webhook, method = 'POST', by = secret, at = Date.now(), headers } = sending
  return new Request(to, {
    method,
    body,
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer tok_Zr81-acme',
      'x-front-request-timestamp': String(at),
      'x-front-signature': sign(by, at, body),
      ...headers,
    },
  })
}

/** A channel whose handlers record their calls. */
function aChannel(change: Partial<ChannelDefinition> = {}) {
  const calls: unknown[] = []
  const errors: unknown[] = []
  const record = (name: string) => (incoming: { request: Request }) => {
    const { request: _, ...rest } = incoming
    calls.push([name, rest])
  }
  const channel = defineChannel({
    id: 'app_1',
    secret,
    onAuthorize: record('authorize'),
    onMessage: record('message'),
    onDelete: record('delete'),
    onError: (error) => errors.push(error),
    ...change,
  })
  return { channel, calls, errors }
}

async function answerOf(request: Request, change?: Partial<ChannelDefinition>) {
  const { channel, calls, errors } = aChannel(change)
  const response = await channel.fetch(request)
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    calls,
    errors,
    headers: response.headers,
  }
}

test('the response to an authorization has a webhook URL of that channel alone, and the handler gets the credential', async () => {
  const { status, body, calls } = await answerOf(signed(authorization, { to: url }))
  assert.equal(status, 200)
  assert.deepEqual(body, { type: 'success', webhook_url: webhook })
  assert.deepEqual(calls, [['authorize', { channelId: 'cha_1a2b', credential: 'tok_Zr81-acme', address: null }]])
})

test('a webhook URL that the handler returns is used, absolute or relative, and still names the channel', async () => {
  for (const [webhook_url, answered] of [
    ['/front/9f3c1b?x=1', 'https://chat.example.net/front/9f3c1b?x=1&channel_id=cha_1a2b'],
    ['http://other.example:81/a', 'http://other.example:81/a?channel_id=cha_1a2b'],
  ]) {
    const { body } = await answerOf(signed(authorization, { to: url }), { onAuthorize: async () => ({ webhook_url }) })
    assert.equal(body.webhook_url, answered)
  }
})

test('a message reaches its handler with its channel, and the returned ids are the response', async () => {
  const ids = { external_id: 'sms-55102', external_conversation_id: 'visitor-8841' }
  const { body } = await answerOf(signed(message), { onMessage: async () => ids })
  assert.deepEqual(body, { type: 'success', ...ids })
  const { calls, body: bare } = await answerOf(signed(message))
  assert.deepEqual(bare, { type: 'success' })
  const [[, { download, ...given }]] = calls as unknown as [[string, { download: unknown }]]
  assert.equal(typeof download, 'function')
  assert.deepEqual(
    [['message', given]],
    [
      [
        'message',
        {
          channelId: 'cha_1a2b',
          credential: 'tok_Zr81-acme',
          payload: { id: 'msg_zik0zk', text: 'Café – déjà vu 🚀' },
          metadata: { external_conversation_ids: ['visitor-8841'] },
        },
      ],
    ],
  )
})

test('a message without an array of conversation ids gets one', async () => {
  for (const [metadata, ids] of [
    ['{"external_conversation_id":"visitor-8841"}', ['visitor-8841']],
    ['{}', []],
    ['null', []],
  ] as const) {
    const { calls } = await answerOf(signed(`{"type":"message","payload":{"id":"msg_1"},"metadata":${metadata}}`))
    const [[, incoming]] = calls as [[string, { metadata: { external_conversation_ids: string[] } }]]
    assert.deepEqual(incoming.metadata.external_conversation_ids, ids)
  }
})

test('a deletion arrives as DELETE with a body, and gets a response', async () => {
  const { body, calls } = await answerOf(signed(deletion, { method: 'DELETE' }))
  assert.deepEqual(body, { type: 'success' })
  assert.deepEqual(calls, [['delete', { channelId: 'cha_1a2b', credential: 'tok_Zr81-acme' }]])
})

test('a change of a sent message has your id of it and its version, and is refused without a handler', async () => {
  const reference = { external_conversation_ids: ['thread'], external_id: 'sms-1', version: 2 }
  const edited = JSON.stringify({ ...JSON.parse(message), type: 'message_edited', metadata: reference })
  const ids = { id: 'msg_zik0zk', message_uid: '0'.repeat(32) }
  const deleted = JSON.stringify({ type: 'message_deleted', payload: ids, metadata: reference })
  const seen: unknown[] = []
  const handlers = {
    onMessageEdited: ({ channelId, payload, metadata }: EditedMessage) => seen.push([channelId, payload.id, metadata]),
    onMessageDeleted: ({ channelId, payload, metadata }: DeletedMessage) =>
      seen.push([channelId, payload.id, metadata]),
  }
  for (const request of [edited, deleted]) {
    assert.equal((await answerOf(signed(request))).body.type, 'bad_request')
    assert.deepEqual((await answerOf(signed(request), handlers)).body, { type: 'success' })
  }
  assert.deepEqual(seen, Array(2).fill(['cha_1a2b', 'msg_zik0zk', reference]))
})

test('an import is acknowledged with or without a handler; an autoreply without one is refused', async () => {
  const imported = message.replace('"message"', '"message_imported"')
  const autoreply = message.replace('"message"', '"message_autoreply"')
  assert.deepEqual((await answerOf(signed(imported))).body, { type: 'success' })
  const seen: string[] = []
  await answerOf(signed(imported), { onImported: ({ payload }) => seen.push(payload.id) })
  assert.deepEqual(seen, ['msg_zik0zk'])
  assert.equal((await answerOf(signed(autoreply))).body.type, 'bad_request')
  assert.deepEqual((await answerOf(signed(autoreply), { onAutoreply: () => ({ external_id: 'a' }) })).body, {
    type: 'success',
    external_id: 'a',
  })
})

for (const type of [
  '"ping"',
  '"list_addresses"',
  '"constructor"',
  '7',
  'null',
  '{"a":1}',
  `"${'x'.repeat(10_000)}"`,
  undefined,
]) {
  test(`an unknown request type gets 200 bad_request and never an exception: ${type?.slice(0, 20)}`, async () => {
    const { status, body, calls, errors } = await answerOf(
      signed(type ? `{"type":${type},"payload":{}}` : '{"payload":{}}'),
    )
    assert.equal(status, 200)
    assert.equal(body.type, 'bad_request')
    assert.ok(typeof body.message === 'string' && body.message.length < 200)
    assert.deepEqual([calls, errors], [[], []])
  })
}

const unsigned: [string, Request][] = [
  ['without a signature', new Request(webhook, { method: 'POST', body: message })],
  ['signed with another secret', signed(message, { by: 'another-app-secret-0000000000000002' })],
  [
    'whose body was changed',
    signed(message, { headers: { 'x-front-signature': sign(secret, Date.now(), authorization) } }),
  ],
  ['signed 6 minutes ago', signed(message, { at: Date.now() - 360_000 })],
  ['signed 6 minutes ahead', signed(message, { at: Date.now() + 360_000 })],
  ['with a timestamp that is none', signed(message, { headers: { 'x-front-request-timestamp': 'soon' } })],
]
for (const [name, request] of unsigned) {
  test(`a request ${name} is refused before any handler sees it`, async () => {
    const { status, body, calls } = await answerOf(request)
    assert.equal(status, 401)
    assert.equal(body.type, 'authentication_required')
    assert.deepEqual(calls, [])
  })
}

test('the signature is checked over the raw bytes: equal JSON with other spaces is refused', async () => {
  const at = Date.now()
  const spaced = '{ "type": "delete", "payload": { "channel_id": "cha_1a2b" } }'
  assert.equal((await answerOf(signed(spaced, { at }))).status, 200)
  assert.equal(
    (await answerOf(signed(spaced, { at, headers: { 'x-front-signature': sign(secret, at, deletion) } }))).status,
    401,
  )
})

test('either of two secrets may have signed while one is rotated', async () => {
  const rotating = { secret: ['the-new-secret-0000000000000000000', secret] as [string, ...string[]] }
  assert.equal((await answerOf(signed(message), rotating)).status, 200)
  assert.equal((await answerOf(signed(message, { by: rotating.secret[0] }), rotating)).status, 200)
  assert.equal((await answerOf(signed(message, { by: 'the-oldest-secret-00000000000000000' }), rotating)).status, 401)
})

test('a ChannelError becomes the response, with its message and status', async () => {
  const refusal = new ChannelError('too_many_requests', 'The carrier asks to slow down.', { retryAfter: 29.5 })
  const onMessage = () => Promise.reject(refusal)
  const { status, body, headers, errors } = await answerOf(signed(message), { onMessage })
  assert.deepEqual([status, body], [429, { type: 'too_many_requests', message: 'The carrier asks to slow down.' }])
  assert.equal(headers.get('retry-after'), '30')
  assert.deepEqual(errors, [])
})

test('any other exception is reported to onError and not to the hub', async () => {
  const failure = new Error('password hunter2 refused by db.internal')
  for (const onMessage of [
    () => Promise.reject(failure),
    () => {
      throw failure
    },
  ]) {
    const { status, body, errors } = await answerOf(signed(message), { onMessage })
    assert.equal(status, 500)
    assert.equal(body.type, 'internal_error')
    assert.doesNotMatch(JSON.stringify(body), /hunter2|db\.internal|Error:/)
    assert.deepEqual(errors, [failure])
  }
})

test('a message at a URL without a channel is refused with the reason', async () => {
  const { status, body } = await answerOf(signed(message, { to: url }))
  assert.equal(status, 400)
  assert.match(String(body.message), /add it again/)
})

test('bodies that are not a JSON object are refused, even with a valid signature', async () => {
  for (const body of ['', 'undefined', '[]', 'null', '7', '{"type":'])
    assert.equal((await answerOf(signed(body))).status, 400)
  assert.equal((await answerOf(signed(new Uint8Array([0xff, 0xfe, 0x00])))).status, 400)
})

test('a body over 5 MiB is refused unread, and other methods are not served', async () => {
  assert.equal((await answerOf(signed(`"${'x'.repeat(5 * 1024 * 1024)}"`))).status, 413)
  const { status, headers } = await answerOf(new Request(webhook))
  assert.equal(status, 405)
  assert.equal(headers.get('allow'), 'POST, DELETE')
})

test('defineChannel requires an id and a secret', (_: TestContext) => {
  for (const change of [
    { id: '' },
    { secret: '' },
    { secret: [] as unknown as [string] },
    { secret: undefined as unknown as string },
  ])
    assert.throws(() => aChannel(change), TypeError)
})

test('signed bytes that are not UTF-8 are refused and never repaired', async () => {
  const bytes = new Uint8Array([
    ...new TextEncoder().encode('{"type":"authorization","payload":{"channel_id":"'),
    0xe9,
    0x22,
    0x7d,
    0x7d,
  ])
  const { status, calls } = await answerOf(signed(bytes))
  assert.deepEqual([status, calls], [400, []])
})

test('a request with the headers of Standard Webhooks alone is verified by them', async () => {
  const withStandard = (by: string, at = Date.now()) => {
    const headers = { 'content-type': 'application/json', ...signStandard([by], 'msg_zik0zk', at, message) }
    return new Request(webhook, { method: 'POST', body: message, headers })
  }
  assert.equal((await answerOf(withStandard(secret))).status, 200)
  assert.equal((await answerOf(withStandard('another-secret'))).status, 401)
  assert.equal((await answerOf(withStandard(secret, Date.now() - 301_000))).status, 401)
})

test('X-Front-Signature decides where both signatures are there', async () => {
  const frontSignatureWrong = signed(message, {
    by: 'another-secret',
    headers: { ...signStandard([secret], 'x', Date.now(), message) },
  })
  assert.equal((await answerOf(frontSignatureWrong)).status, 401)
})

test('a reaction and a status go to their handlers, with their version, and are refused without one', async () => {
  const metadata = { external_conversation_ids: ['visitor-8841'], external_id: 'm-20441', version: 2 }
  const reaction = { type: 'reaction', payload: { id: 'msg_1', emojis: ['👍'], author: null }, metadata }
  const status = { type: 'conversation_status', payload: { status: 'open', assignee: null }, metadata }
  const heard: unknown[] = []
  const hear = ({ channelId, payload, metadata }: { channelId: string; payload: unknown; metadata: unknown }) =>
    heard.push({ channelId, payload, metadata })
  for (const request of [reaction, status]) {
    const signedRequest = () => signed(JSON.stringify(request))
    assert.equal((await answerOf(signedRequest())).body.type, 'bad_request')
    const answer = await answerOf(signedRequest(), { onReaction: hear, onConversationStatus: hear })
    assert.deepEqual(answer.body, { type: 'success' })
  }
  assert.deepEqual(
    heard,
    [reaction, status].map(({ payload, metadata }) => ({ channelId: 'cha_1a2b', payload, metadata })),
  )
})

test('typing goes to its handler, and is refused without one', async () => {
  const payload = { is_typing: true, author: { first_name: 'Noor' } }
  const metadata = { external_conversation_ids: ['visitor-8841'] }
  const typing = JSON.stringify({ type: 'typing', payload, metadata })
  assert.equal((await answerOf(signed(typing))).body.type, 'bad_request')
  const heard: unknown[] = []
  const onTyping: ChannelDefinition['onTyping'] = ({ channelId, payload, metadata }) =>
    heard.push([channelId, payload, metadata])
  assert.deepEqual((await answerOf(signed(typing), { onTyping })).body, { type: 'success' })
  assert.deepEqual(heard, [['cha_1a2b', payload, metadata]])
})
