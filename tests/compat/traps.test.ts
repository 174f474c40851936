import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { answer, FakeChannelServer, type Received, succeed } from '../harness/channel-server.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

let hub: TestHub
let channel: TestChannel
let server: FakeChannelServer
before(async () => {
  hub = await startTestHub()
  server = await FakeChannelServer.start()
  channel = await addTestChannel(hub, {
    server,
    type: { auth_type: 'api_key', wants_message_imported: true },
    credentials: { api_key: 'key-of-the-tenant' },
  })
})
after(async () => {
  await hub.close()
  await server.stop()
})

const push = (body: object, token = channel.token(), headers = {}) =>
  hub.call('POST', `/channels/${channel.id}/inbound_messages`, body, { token, headers })

let pushes = 0
async function makeConversation(text = 'Hello'): Promise<string> {
  const name = `c${++pushes}`
  await channel.push({ body: text, externalId: `in-${name}`, conversation: name, handle: `ivo-${name}` })
  return newestConversation()
}

async function newestConversation(): Promise<string> {
  return (await hub.call('GET', `/inboxes/${hub.inbox}/conversations?limit=1`)).body._results[0].id
}

/** Sends one reply, and resolves with the request that the channel's server got. */
async function reply(conversation: string, body: string): Promise<Received> {
  const before = server.messages().length
  const { status } = await hub.call('POST', `/conversations/${conversation}/messages`, { body })
  assert.equal(status, 202)
  await server.until(() => server.messages().length > before)
  return server.messages().at(-1) as Received
}

async function settled(conversation: string) {
  for (;;) {
    const [message] = (await hub.call('GET', `/conversations/${conversation}/messages`)).body._results
    if (!['queued', 'sending'].includes(message.delivery.state)) return message
  }
}

async function receivedOf(type: string, count = 1): Promise<Received> {
  const ofType = () => server.received.filter(({ body }) => body.type === type)
  await server.until(() => ofType().length >= count)
  return ofType().at(-1) as Received
}

const hmac = (text: string) => createHmac('sha256', channel.secret).update(text).digest('base64')

describe('a request of the hub', () => {
  const text = 'Café – déjà vu 🚀 a/b "q" \\ <p>&amp;</p>\n\u2028 end'

  it('is serialised once, equal to V8’s own JSON, and sent exactly as it was signed', async () => {
    const { raw } = await reply(await makeConversation(), text)
    assert.equal(raw, JSON.stringify(JSON.parse(raw)))
    assert.doesNotMatch(raw, /\\u00e9|\\\//)
  })

  it('is signed in base64 over milliseconds, a colon and the body', async () => {
    const { raw, headers, at } = await reply(await makeConversation(), text)
    const timestamp = String(headers['x-front-request-timestamp'])
    assert.equal(timestamp, String(Number.parseInt(timestamp, 10)))
    assert.ok(Math.abs(at - Number(timestamp)) < 60_000)
    assert.equal(headers['x-front-signature'], hmac(`${timestamp}:${raw}`))
    assert.equal(headers['x-front-signature'], hmac(`${timestamp}:${JSON.stringify(JSON.parse(raw))}`))
  })

  it('carries the credential each time, also when a channel is added', async () => {
    await reply(await makeConversation(), 'Hi')
    const [authorization] = server.received
    assert.equal(authorization?.body.type, 'authorization')
    for (const { headers, body } of server.received)
      assert.equal(headers.authorization, 'Bearer key-of-the-tenant', body.type)
  })

  it('has no type that the channel type does not support', async () => {
    const quiet = await FakeChannelServer.start()
    const other = await addTestChannel(hub, { server: quiet })
    await other.push({ body: 'Hello', externalId: 'q1', conversation: 'quiet' })
    await startConversation(other.id, quiet)
    await hub.call('DELETE', `/channels/${other.id}`)
    await quiet.until(() => quiet.received.some(({ body }) => body.type === 'delete'))
    assert.deepEqual([...new Set(quiet.received.map(({ body }) => body.type))], ['authorization', 'message', 'delete'])
    await quiet.stop()
  })

  it('has type, payload and metadata at its top level, and no field of an application webhook', async () => {
    const { body } = await reply(await makeConversation(), 'Hi')
    assert.deepEqual(Object.keys(body).sort(), ['metadata', 'payload', 'type'])
  })

  it('lists the conversation’s external ids, also when there are none', async () => {
    const { body } = await reply(await makeConversation(), 'Hi')
    assert.deepEqual(body.metadata?.external_conversation_ids, [`c${pushes}`])
    const before = server.messages().length
    await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['new-one'], body: 'Hello' })
    await server.until(() => server.messages().length > before)
    assert.deepEqual(server.messages().at(-1)?.body.metadata?.external_conversation_ids, [])
  })

  it('has text and body as strings, and a recipient', async () => {
    const { payload } = (await reply(await makeConversation(), '<p>Hi <b>there</b></p>')).body
    assert.equal(typeof payload.text, 'string')
    assert.equal(typeof payload.body, 'string')
    const recipients = payload.recipients as { role: string; handle: string }[]
    assert.deepEqual(
      recipients.filter(({ role }) => role === 'to').map(({ handle }) => handle),
      [`ivo-c${pushes}`],
    )
  })

  it('is an HTTP DELETE with a signed JSON body when a channel is deleted', async () => {
    const quiet = await FakeChannelServer.start()
    const other = await addTestChannel(hub, { server: quiet })
    await hub.call('DELETE', `/channels/${other.id}`)
    await quiet.until(() => quiet.received.some(({ method }) => method === 'DELETE'))
    const { raw, headers } = quiet.received.at(-1) as Received
    assert.equal(raw, JSON.stringify({ type: 'delete', payload: { channel_id: other.id } }))
    const signed = createHmac('sha256', other.secret).update(`${headers['x-front-request-timestamp']}:${raw}`)
    assert.equal(headers['x-front-signature'], signed.digest('base64'))
    await quiet.stop()
  })

  it('uses the webhook URL of the authorization response: http, with a port, shared by two channels', async () => {
    const shared = await FakeChannelServer.start()
    shared.authorize = (_, response) => answer(response, 200, { type: 'success', webhook_url: `${shared.url}one/hook` })
    for (const name of ['first', 'second']) {
      const one = await addTestChannel(hub, { server: shared })
      await one.push({ body: 'Hello', externalId: `s-${name}`, conversation: `shared-${name}` })
      await startConversation(one.id, shared)
    }
    assert.deepEqual(
      shared.messages().map(({ path }) => path),
      ['/one/hook', '/one/hook'],
    )
    await shared.stop()
  })
})

async function startConversation(channelId: string, its: FakeChannelServer): Promise<void> {
  const before = its.messages().length
  await hub.call('POST', `/channels/${channelId}/messages`, { to: ['somebody'], body: 'Hello' })
  await its.until(() => its.messages().length > before)
}

describe('a response of a channel server', () => {
  const successes: [string, number, string][] = [
    ['type and ids', 200, '{"type":"success","external_id":"a1","external_conversation_id":"k1"}'],
    ['ids without a type', 200, '{"external_id":"a2","external_conversation_id":"k2"}'],
    ['a success without ids', 200, '{"type":"success"}'],
  ]
  for (const [name, status, text] of successes) {
    it(`${name} is a success`, async () => {
      server.behave = (_, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(text)
      const conversation = await makeConversation()
      await reply(conversation, 'Hi')
      const message = await settled(conversation)
      server.behave = succeed
      assert.equal(message.delivery.state, 'sent')
      assert.equal(message.error_type, null)
    })
  }

  it('with an error and 200 or 4xx is shown with the channel’s message', async () => {
    for (const [status, type] of [
      [200, 'bad_request'],
      [400, 'bad_request'],
      [401, 'authentication_required'],
    ] as const) {
      server.behave = (_, response) => answer(response, status, { type, message: 'This number is not in use' })
      const conversation = await makeConversation()
      await reply(conversation, 'Hi')
      const message = await settled(conversation)
      server.behave = succeed
      assert.deepEqual([message.delivery.state, message.error_type], ['failed', type])
      assert.match(message.error_message, /This number is not in use/)
    }
  })

  it('to an import may be 404, HTML, {} or empty without an error', async () => {
    const conversation = await makeConversation()
    for (const [status, text] of [
      [404, '<h1>Not found</h1>'],
      [200, ''],
      [200, '{}'],
      [200, 'OK'],
    ] as const) {
      server.behave = (_, response) => void response.writeHead(status).end(text)
      const before = server.received.filter(({ body }) => body.type === 'message_imported').length
      await channel.push({ body: 'More', externalId: `import-${before}`, conversation: `c${pushes}` })
      await receivedOf('message_imported', before + 1)
    }
    server.behave = succeed
    const [message] = (await hub.call('GET', `/conversations/${conversation}/messages`)).body._results
    assert.deepEqual([message.is_inbound, message.error_type], [true, null])
  })

  it('after 7 s leaves the message not confirmed', { timeout: 20_000 }, async () => {
    const late = Promise.withResolvers<void>()
    server.behave = async (_, response) => {
      await late.promise
      answer(response, 200, { type: 'success', external_id: 'late' })
    }
    const conversation = await makeConversation()
    await reply(conversation, 'Hi')
    const message = await settled(conversation)
    late.resolve()
    server.behave = succeed
    assert.deepEqual([message.delivery.state, message.error_type], ['not_confirmed', 'timeout'])
  })
})

describe('a request of a channel client', () => {
  it('gets a response with a Content-Length, not in chunks', async () => {
    const { status, headers } = await push(inbound({ body: 'Hi', externalId: 't13' }))
    assert.equal(status, 202)
    assert.ok(Number(headers.get('content-length')) > 0)
    assert.equal(headers.get('transfer-encoding'), null)
    assert.equal(headers.get('content-encoding'), null)
  })

  it('may have repeated slashes in its path', async () => {
    const path = `//channels//${channel.id}/inbound_messages`
    const sending = request(hub.url, {
      path,
      method: 'POST',
      headers: { authorization: `Bearer ${channel.token()}`, 'content-type': 'application/json' },
    })
    sending.end(JSON.stringify(inbound({ body: 'Hi', externalId: 't14' })))
    const [response] = await once(sending, 'response')
    response.resume()
    assert.equal(response.statusCode, 202)
  })

  it('may have a token without typ and iat, with a repeated jti and a lifetime of 5 s', async () => {
    const token = handMade({ alg: 'HS256' }, { iss: channel.typeUid, jti: 'same', sub: channel.id, exp: inSeconds(5) })
    for (const externalId of ['t15-a', 't15-b']) {
      assert.equal((await push(inbound({ body: 'Hi', externalId }), token)).status, 202)
    }
  })

  it('may name its channel type by a number', async () => {
    const numbered = await FakeChannelServer.start()
    const other = await addTestChannel(hub, { server: numbered, type: { numeric_alias: 4711 } })
    const token = handMade(
      { alg: 'HS256', typ: 'JWT' },
      { iss: 4711, jti: 'n1', sub: other.id, exp: inSeconds(10) },
      other.secret,
    )
    const path = `/channels/${other.id}/inbound_messages`
    const { status } = await hub.call('POST', path, inbound({ body: 'Hi', externalId: 't28' }), { token })
    assert.equal(status, 202)
    await numbered.stop()
  })

  it('may have one recipient as an object', async () => {
    const { status } = await hub.call(
      'POST',
      `/channels/${channel.id}/outbound_messages`,
      {
        to: { handle: 'ivo-t18', name: 'Ivo' },
        sender_name: 'Ada',
        body: 'From the other side',
        metadata: { external_id: 't18', external_conversation_id: 'c-t18' },
      },
      { token: channel.token() },
    )
    assert.equal(status, 202)
  })

  it('may have unknown fields', async () => {
    const body = inbound({ body: 'Hi', externalId: 't19' })
    const more = { ...body, body_format: 'markdown', attachments: [], metadata: { ...body.metadata, thread_ref: 'x' } }
    assert.equal((await push({ ...more, nonsense: { deep: [1] } })).status, 202)
  })

  it('may repeat an external_id, and creates one message', async () => {
    const body = inbound({ body: 'Once', externalId: 't20', conversation: 'c-t20' })
    const [first, second] = [await push(body), await push(body)]
    assert.deepEqual([first.status, second.status], [202, 202])
    assert.equal(first.body.message_uid, second.body.message_uid)
    const messages = await hub.call('GET', `/conversations/${await newestConversation()}/messages`)
    assert.equal(messages.body._results.length, 1)
  })

  it('finds its message by the returned uid', async () => {
    const { body } = await push(inbound({ body: 'Find me', externalId: 't21' }))
    assert.match(body.message_uid, /^[0-9a-f]{32}$/)
    const found = await hub.call('GET', `/messages/alt:uid:${body.message_uid}`, undefined, { token: channel.token() })
    assert.deepEqual([found.status, found.body.text], [200, 'Find me'])
  })

  it('follows _pagination.next to the origin it called', async () => {
    await makeConversation()
    const { body } = await hub.call('GET', `/inboxes/${hub.inbox}/conversations?limit=1`)
    assert.ok(body._pagination.next.startsWith(`${hub.url}/`))
    const next = await hub.call('GET', body._pagination.next.slice(hub.url.length))
    assert.deepEqual([next.status, next.body._results.length], [200, 1])
  })

  it('may escape its aliases or not', async () => {
    const address = (await hub.call('GET', `/channels/${channel.id}`)).body.address
    for (const alias of [`alt:address:${address}`, `alt%3Aaddress%3A${encodeURIComponent(address)}`]) {
      assert.equal((await hub.call('GET', `/channels/${alias}`)).status, 200, alias)
    }
    for (const email of [hub.admin.email, encodeURIComponent(hub.admin.email)]) {
      assert.equal((await hub.call('GET', `/teammates/alt:email:${email}`)).status, 200, email)
    }
  })

  it('identifies one person by one handle of one contact type', async () => {
    await channel.push({ body: 'One', externalId: 't27-a', conversation: 'c-t27-a', handle: 'Ida', name: 'Ida' })
    const first = (await hub.call('GET', `/conversations/${await newestConversation()}`)).body
    await channel.push({ body: 'Two', externalId: 't27-b', conversation: 'c-t27-b', handle: 'Ida' })
    const second = (await hub.call('GET', `/conversations/${await newestConversation()}`)).body
    assert.notEqual(first.id, second.id)
    assert.equal(first.recipient._links.related.contact, second.recipient._links.related.contact)
    assert.match(first.recipient._links.related.contact, /\/contacts\/crd_/)
  })
})

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

/** A token as a client without our SDK makes it. */
function handMade(header: object, claims: object, secret = channel.secret): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** Auto-replies are not built either; no request and no field asks for one, so nothing must be refused. */
describe('a request for a feature that is not built', () => {
  it('is refused with the names of attachments that are no files, from channels and teammates', async () => {
    const attachments = [{ filename: 'a.png' }]
    const pushed = await push({ ...inbound({ body: 'Hi', externalId: 't22' }), attachments })
    const conversation = await makeConversation()
    const written = await hub.call('POST', `/conversations/${conversation}/messages`, { body: 'Hi', attachments })
    for (const { status, body } of [pushed, written]) {
      assert.deepEqual([status, body._error.code], [400, 'unsupported_field'])
      assert.deepEqual(body._error.details, ['body.attachments: files are sent as multipart/form-data'])
    }
    assert.equal(await storedAs('t22'), null)
  })
})

/** The id of the message that the channel pushed under this external id. */
async function storedAs(externalId: string): Promise<number | null> {
  const [row] = await hub.db.query<{ id: number }>(
    'stored_as',
    'select id from messages where company_id = $1 and external_id = $2',
    [hub.companyId, externalId],
  )
  return row?.id ?? null
}
