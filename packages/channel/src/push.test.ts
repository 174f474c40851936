import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { verifyChannelToken } from '@portico/protocol'
import { defineChannel, HubRefusal, HubUnavailable } from './index.ts'

const secret = 'test-app-secret-000000000000000001'
const inbound = {
  sender: { handle: 'visitor-8841', name: 'Ivo' },
  body: 'Where is my parcel?',
  metadata: { external_id: 'm-20441', external_conversation_id: 'visitor-8841' },
}
const accepted = { status: 'accepted', message_uid: '7c0f2f5ad9b14d0e9d7be1f6b3a8c455' }

interface Seen {
  method: string | undefined
  path: string | undefined
  headers: IncomingHttpHeaders
  body: string
}
type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'cut'

/** A hub on loopback that gives these answers in order, and repeats the last one. */
async function aHub(t: TestContext, replies: Reply[]) {
  const seen: Seen[] = []
  const answer: RequestListener = async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    seen.push({ method: request.method, path: request.url, headers: request.headers, body })
    const reply = replies[Math.min(seen.length, replies.length) - 1] ?? 'cut'
    if (reply === 'cut') return request.socket.destroy()
    const text =
      reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
    return response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text)
  }
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function channelAt(hub: string, change: { secret?: [string, ...string[]]; retryForMs?: number } = {}) {
  const handlers = { onAuthorize() {}, onMessage() {}, onDelete() {} }
  return defineChannel({ id: 'app_1', secret, hub, ...handlers, ...change }).channel('cha_1a2b')
}

test('receive posts the message as it is, under a channel token of its own', async (t) => {
  const hub = await aHub(t, [{ status: 202, body: accepted }])
  assert.deepEqual(await channelAt(`${hub.url}/`).receive(inbound), accepted)
  const [{ method, path, headers, body }] = hub.seen as [Seen]
  assert.deepEqual(
    [method, path, headers['content-type']],
    ['POST', '/channels/cha_1a2b/inbound_messages', 'application/json'],
  )
  assert.equal(body, JSON.stringify(inbound))
  const token = headers.authorization?.replace('Bearer ', '') ?? ''
  const outcome = verifyChannelToken(token, { keys: [createSecretKey(secret, 'utf8')], issuers: ['app_1'] })
  assert.ok(outcome.ok)
  assert.equal(outcome.claims.sub, 'cha_1a2b')
})

test('sent and failed go to their own addresses, with ids percent-encoded', async (t) => {
  const hub = await aHub(t, [{ status: 202, body: accepted }, { status: 204 }])
  const channel = channelAt(hub.url)
  const { sender, ...rest } = inbound
  assert.deepEqual(await channel.sent({ ...rest, to: [sender] }), accepted)
  assert.equal(
    await channel.failed({ external_conversation_id: '+3361/2', external_id: 'a,b', reason: 'Unreachable' }),
    undefined,
  )
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, body]),
    [
      ['POST', '/channels/cha_1a2b/outbound_messages', JSON.stringify({ ...rest, to: [sender] })],
      [
        'PUT',
        '/channels/cha_1a2b/conversations/%2B3361%2F2/messages/a%2Cb/status',
        '{"status":"failed","reason":"Unreachable"}',
      ],
    ],
  )
})

test('edits and deletions go to the address of their message', async (t) => {
  const hub = await aHub(t, [{ status: 204 }, { status: 204 }])
  const message = { external_conversation_id: '+3361/2', external_id: 'a,b' }
  await channelAt(hub.url).edited({ ...message, body: 'Hello', occurred_at: 1_767_225_604.5 })
  await channelAt(hub.url).removed(message)
  const path = '/channels/cha_1a2b/conversations/%2B3361%2F2/messages/a%2Cb'
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, body]),
    [
      ['PATCH', path, '{"body":"Hello","occurred_at":1767225604.5}'],
      ['DELETE', path, '{}'],
    ],
  )
})

test('reactions go to the address of their message', async (t) => {
  const hub = await aHub(t, [{ status: 204 }])
  const message = { external_conversation_id: '+3361/2', external_id: 'a,b' }
  await channelAt(hub.url).reacted({
    ...message,
    sender: { handle: 'ivo' },
    emojis: ['👍'],
    occurred_at: 1_767_225_604,
  })
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, body]),
    [
      [
        'PUT',
        '/channels/cha_1a2b/conversations/%2B3361%2F2/messages/a%2Cb/reactions',
        '{"sender":{"handle":"ivo"},"emojis":["👍"],"occurred_at":1767225604}',
      ],
    ],
  )
})

test('calls go to their own addresses, with ids percent-encoded', async (t) => {
  const hub = await aHub(t, [{ status: 202, body: { status: 'accepted' } }])
  const { calls } = channelAt(hub.url)
  const call = {
    external_call_id: '+31/6',
    direction: 'inbound',
    initial_status: 'ringing',
    from: { handle: '+33612345678' },
  } as const
  const line = { speaker_name: 'Ivo', content: 'Hi', start_time_seconds: 0, speaker_type: 'external' } as const
  await calls.create(call)
  await calls.update('+31/6', { call_status: 'hangup', occurred_at: 1_767_225_604_000 })
  await calls.addSummary('+31/6', 'About a parcel')
  await calls.addTranscript('+31/6', [line])
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [
      ['POST', '/channels/cha_1a2b/calls', call],
      ['PATCH', '/channels/cha_1a2b/calls/%2B31%2F6', { call_status: 'hangup', occurred_at: 1_767_225_604_000 }],
      ['POST', '/channels/cha_1a2b/calls/%2B31%2F6/summary', { content: 'About a parcel' }],
      ['POST', '/channels/cha_1a2b/calls/%2B31%2F6/transcript', { lines: [line] }],
    ],
  )
})

test('a recording goes as a form, the same at each attempt', async (t) => {
  const hub = await aHub(t, [{ status: 503 }, { status: 202, body: { status: 'accepted' } }])
  const file = new Blob(['RIFF'], { type: 'audio/wav' })
  await channelAt(hub.url).calls.addRecording('c1', { type: 'voicemail', file, filename: 'v.wav' })
  assert.equal(hub.seen.length, 2)
  for (const { path, headers, body } of hub.seen) {
    assert.equal(path, '/channels/cha_1a2b/calls/c1/recording')
    assert.match(headers['content-type'] ?? '', /^multipart\/form-data; boundary=/)
    assert.match(body, /name="recording_type"\r\n\r\nvoicemail\r\n/)
    assert.match(body, /name="attachments"; filename="v\.wav"\r\nContent-Type: audio\/wav\r\n\r\nRIFF\r\n/)
  }
})

test('the first secret signs while secrets are rotated', async (t) => {
  const hub = await aHub(t, [{ status: 202, body: accepted }])
  const fresh = 'the-new-secret-0000000000000000000'
  await channelAt(hub.url, { secret: [fresh, secret] }).receive(inbound)
  const token = hub.seen[0]?.headers.authorization?.slice(7) ?? ''
  assert.equal(verifyChannelToken(token, { keys: [createSecretKey(fresh, 'utf8')], issuers: ['app_1'] }).ok, true)
})

test('429, 5xx and a cut connection are tried again, with the same bytes and a new token', async (t) => {
  const hub = await aHub(t, [
    { status: 503 },
    'cut',
    { status: 429, body: 'Please retry in 5 milliseconds.' },
    { status: 202, body: accepted },
  ])
  assert.deepEqual(await channelAt(hub.url).receive(inbound), accepted)
  assert.equal(hub.seen.length, 4)
  assert.equal(new Set(hub.seen.map(({ body }) => body)).size, 1)
  assert.equal(new Set(hub.seen.map(({ headers }) => headers.authorization)).size, 4)
})

test('a push is accepted only by a response of a hub, and is repeated after one of a proxy or gateway', async (t) => {
  const page = { status: 200, body: '<h1>We are back soon</h1>', headers: { 'content-type': 'text/html' } }
  const others = [page, { status: 200 }, { status: 202, body: {} }, { status: 204 }, { status: 408 }, { status: 425 }]
  const hub = await aHub(t, [...others, { status: 202, body: accepted }])
  assert.deepEqual(await channelAt(hub.url).receive(inbound), accepted)
  assert.equal(hub.seen.length, others.length + 1)

  const away = await aHub(t, [page])
  const lost = [
    channelAt(away.url, { retryForMs: 0 }).sent({ ...inbound, to: [inbound.sender] }),
    channelAt(away.url, { retryForMs: 0 }).failed({ external_id: 'm', external_conversation_id: 'c' }),
  ]
  const isAway = (error: unknown) => error instanceof HubUnavailable && error.status === 200
  await Promise.all(lost.map((pushed) => assert.rejects(pushed, isAway)))
})

test('Retry-After is waited for, and when it is longer than we may go on trying it is passed to the caller', async (t) => {
  const hub = await aHub(t, [
    { status: 429, headers: { 'retry-after': '1' } },
    { status: 503, headers: { 'retry-after': '3600' } },
  ])
  const start = performance.now()
  await assert.rejects(channelAt(hub.url).receive(inbound), (error: unknown) => {
    assert.ok(error instanceof HubUnavailable)
    assert.deepEqual([error.attempts, error.status, error.retryAfterMs], [2, 503, 3_600_000])
    return true
  })
  assert.ok(performance.now() - start >= 990)
})

test('a Retry-After that is not a whole number is ignored', async (t) => {
  const replies = ['-1', 'abc', 'Thu, 01 Jan 1970 00:00:00 GMT'].map((value) => ({
    status: 503,
    headers: { 'retry-after': value },
  }))
  const hub = await aHub(t, [...replies, { status: 202, body: accepted }])
  assert.deepEqual(await channelAt(hub.url).receive(inbound), accepted)
})

test('a refused push is not repeated, and has the hub’s message', async (t) => {
  const _error = {
    status: 400,
    title: 'Bad request',
    message: 'Body did not satisfy requirements',
    details: ['body.body: missing'],
    code: 'invalid_body',
    request_id: 'req-7',
  }
  const hub = await aHub(t, [{ status: 400, body: { _error } }])
  await assert.rejects(channelAt(hub.url).receive(inbound), (error: unknown) => {
    assert.ok(error instanceof HubRefusal)
    assert.deepEqual(
      [error.status, error.code, error.message, error.details, error.requestId],
      [400, 'invalid_body', _error.message, _error.details, 'req-7'],
    )
    return true
  })
  assert.equal(hub.seen.length, 1)
})

test('a foreign response or a redirect is an error, and the token is not sent on', async (t) => {
  const elsewhere = await aHub(t, [{ status: 202, body: accepted }])
  const hub = await aHub(t, [
    { status: 404, body: '<html>' },
    { status: 307, headers: { location: elsewhere.url } },
  ])
  for (const status of [404, 307])
    await assert.rejects(
      channelAt(hub.url).receive(inbound),
      (error: unknown) => error instanceof HubRefusal && error.status === status && error.code === 'unknown',
    )
  assert.equal(elsewhere.seen.length, 0)
})

test('a single allowed attempt reports that the hub was not reached', async (t) => {
  const hub = await aHub(t, ['cut'])
  await assert.rejects(channelAt(hub.url, { retryForMs: 0 }).receive(inbound), (error: unknown) => {
    assert.ok(error instanceof HubUnavailable)
    assert.deepEqual([error.attempts, error.status], [1, undefined])
    assert.doesNotMatch(String(error.cause), /Bearer/)
    return true
  })
})

test('a caller may give up, also between attempts', async (t) => {
  const hub = await aHub(t, [{ status: 503, headers: { 'retry-after': '60' } }])
  const giveUp = new AbortController()
  const pushed = channelAt(hub.url).receive(inbound, { signal: giveUp.signal })
  while (hub.seen.length === 0) await new Promise(setImmediate)
  giveUp.abort(new Error('enough'))
  await assert.rejects(pushed, /enough/)
  await assert.rejects(channelAt(hub.url).receive(inbound, { signal: giveUp.signal }), /enough/)
})

test('pushing needs a hub', () => {
  const handlers = { onAuthorize() {}, onMessage() {}, onDelete() {} }
  assert.throws(() => defineChannel({ id: 'app_1', secret, ...handlers }).channel('cha_1'), /hub/)
})

test('templates are synced and changed under the channel, by their ids', async (t) => {
  const hub = await aHub(t, [{ status: 200, body: { template_id: 'amt_1' } }])
  const template = {
    external_id: 'a/b',
    name: 'A',
    blurb: 'Hello',
    is_disabled: false,
    status_name: 'APPROVED' as const,
    variable_mappings: [],
    template_preview: '<p>Hello</p>',
  }
  const channel = channelAt(hub.url)
  assert.deepEqual(await channel.syncTemplate(template), { template_id: 'amt_1' })
  assert.deepEqual(await channel.updateTemplate('a/b', { is_disabled: true }), { template_id: 'amt_1' })
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [
      ['PUT', '/channels/cha_1a2b/application_message_templates', template],
      ['PATCH', '/channels/cha_1a2b/application_message_templates/a%2Fb', { is_disabled: true }],
    ],
  )
})

test('typing is reported once, and not tried again', async (t) => {
  const hub = await aHub(t, [{ status: 202, body: { status: 'accepted' } }, { status: 503 }])
  const report = {
    sender: { handle: 'visitor-8841' },
    is_typing: true,
    metadata: { external_conversation_id: 'visitor-8841' },
  }
  const channel = channelAt(hub.url)
  assert.equal(await channel.typing(report), undefined)
  await assert.rejects(channel.typing(report), HubUnavailable)
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, body]),
    Array(2).fill(['POST', '/channels/cha_1a2b/typing', JSON.stringify(report)]),
  )
})

test('delivered and read put the status of a message', async (t) => {
  const hub = await aHub(t, [{ status: 204 }])
  const channel = channelAt(hub.url)
  const message = { external_conversation_id: '+3361/2', external_id: 'a,b' }
  await channel.delivered(message)
  await channel.read({ ...message, occurred_at: 1_767_225_600, and_earlier: true })
  const path = '/channels/cha_1a2b/conversations/%2B3361%2F2/messages/a%2Cb/status'
  assert.deepEqual(
    hub.seen.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [
      ['PUT', path, { status: 'delivered' }],
      ['PUT', path, { status: 'read', occurred_at: 1_767_225_600, and_earlier: true }],
    ],
  )
})
