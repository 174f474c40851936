import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, inbound } from '../harness/channel.ts'
import { FakeChannelServer, type Received } from '../harness/channel-server.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

let hub: TestHub
before(async () => {
  hub = await startTestHub()
})
after(() => hub.close())

interface Reaction {
  status: number
  text: string
}

/** The behaviour of one public integration on the wire, as far as we could read it; rewritten. */
interface Shape {
  name: string
  type?: Record<string, unknown>
  credentials?: Record<string, string>
  /** Responds to a request after its own verification. Throws where the original would crash. */
  react(request: Received, verified: boolean): Reaction
  verify(secret: string, headers: IncomingHttpHeaders, raw: string): boolean
  /** The claims of its tokens. */
  claims(uid: string, channelId: string): { header: object; payload: Record<string, unknown> }
  /** The address that it pushes to, and the id that it takes from the answer. */
  path(channelId: string): string
  understand(response: Response): Promise<unknown>
}

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('base64')
const now = () => Math.floor(Date.now() / 1000)

function overRawBytes(secret: string, headers: IncomingHttpHeaders, raw: string): boolean {
  const ours = Buffer.from(hmac(secret, `${headers['x-front-request-timestamp']}:${raw}`))
  const theirs = Buffer.from(String(headers['x-front-signature']))
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}

/** Parses the body, and verifies the signature over its own serialisation. */
function overOwnSpelling(secret: string, headers: IncomingHttpHeaders, raw: string): boolean {
  const timestamp = Number.parseInt(String(headers['x-front-request-timestamp']), 10)
  return hmac(secret, `${timestamp}:${JSON.stringify(JSON.parse(raw))}`) === headers['x-front-signature']
}

const json = (status: number, body: unknown): Reaction => ({ status, text: JSON.stringify(body) })
const channelPath = (channelId: string) => `/channels/${channelId}/inbound_messages`

const shapes: Shape[] = [
  {
    name: 'an Express server that re-serialises what it verifies, and dies of a type it does not know',
    verify: overOwnSpelling,
    react({ body }, verified) {
      // the original checks no signature when a channel is added
      if (body.type === 'authorization') return json(200, { type: 'success', webhook_url: undefined })
      if (!verified) return { status: 400, text: 'Bad Request' }
      if (body.type === 'delete') return { status: 200, text: 'OK' }
      if (body.type === 'message_imported') return json(200, {})
      if (body.type !== 'message') throw new Error(`the process ends: ${body.type}`)
      const fresh = { external_id: `f-${body.payload.id}`, external_conversation_id: `g-${body.payload.id}` }
      return json(200, { type: 'success', ...fresh })
    },
    claims: (iss, sub) => ({
      header: { alg: 'HS256', typ: 'JWT' },
      payload: { iss, sub, jti: `${Math.random()}`, iat: now(), exp: now() + 10 },
    }),
    path: channelPath,
    understand: async (response) => (await response.json()).message_uid,
  },
  {
    name: 'a voice server with an API key, and a base URL that ends in a slash',
    type: { auth_type: 'api_key' },
    credentials: { api_key: 'tenant-7' },
    verify: overOwnSpelling,
    react({ body, headers }, verified) {
      if (headers.authorization !== 'Bearer tenant-7') return json(401, { type: 'authentication_required' })
      if (body.type === 'authorization') return json(200, { type: 'success' })
      return verified ? json(200, { type: 'success', external_id: `v-${body.payload.id}` }) : json(401, {})
    },
    claims: (iss, sub) => ({
      header: { alg: 'HS256', typ: 'JWT' },
      payload: { iss, sub, jti: `${Math.random()}`, iat: now(), exp: now() + 10 },
    }),
    path: (channelId) => `//channels/${channelId}/inbound_messages`,
    understand: async (response) => (await response.json()).message_uid,
  },
  {
    name: 'a Rails server over raw bytes, whose ids are lists with commas',
    verify: overRawBytes,
    react({ body }, verified) {
      if (!verified) return json(401, { type: 'authentication_required', message: 'bad signature' })
      if (body.type === 'message')
        return json(200, { external_id: 'wam.1,wam.2', external_conversation_id: 'whatsapp:1' })
      return body.type === 'delete' ? { status: 200, text: '' } : json(200, { type: 'success' })
    },
    claims: (iss, sub) => ({ header: { alg: 'HS256' }, payload: { iss, sub, jti: 'j', exp: now() + 30 } }),
    path: channelPath,
    understand: async (response) => (response.ok ? 'sent' : null),
  },
  {
    name: 'a Next.js handler that reuses its token and believes only a Content-Length',
    verify: overOwnSpelling,
    react({ body }, verified) {
      if (!verified) return json(401, { type: 'authentication_required' })
      if (body.type === 'authorization' || body.type === 'delete') return json(200, { type: 'success' })
      const [thread] = (body.metadata?.external_conversation_ids ?? []) as string[]
      if (body.type !== 'message' || thread === undefined)
        return json(400, { type: 'bad_request', message: 'Unknown type' })
      return json(200, { type: 'success', external_id: String(body.payload.id), external_conversation_id: thread })
    },
    claims: (iss, sub) => ({
      header: { alg: 'HS256', typ: 'JWT' },
      payload: { iss, sub, jti: 'reused', exp: now() + 25 },
    }),
    path: channelPath,
    understand: async (response) => (Number(response.headers.get('content-length')) > 0 ? response.json() : null),
  },
  {
    name: 'a Nest server that tells channel traffic by its envelope, and rejects old clocks',
    type: { auth_type: 'bearer' },
    credentials: { access_token: 'secret-of-the-tenant' },
    verify(secret, headers, raw) {
      const age = Math.abs(Date.now() - Number(headers['x-front-request-timestamp']))
      return age < 300_000 && overRawBytes(secret, headers, raw)
    },
    react({ body }, verified) {
      if ('emitted_at' in body || 'target' in body || !verified) return json(403, { message: 'forbidden' })
      if (body.type !== 'message') return json(201, { type: 'success' })
      const own = `own-${body.payload.id}`
      return json(201, { type: 'success', external_id: own, external_conversation_id: own })
    },
    claims: (iss, sub) => ({
      header: { alg: 'HS256', typ: 'JWT' },
      payload: { iss, sub, jti: `${Math.random()}`, exp: now() + 60 },
    }),
    path: channelPath,
    understand: async (response) => (await response.json()).message_uid,
  },
  {
    name: 'a Postman collection whose type is a number',
    type: { numeric_alias: 99 },
    verify: overRawBytes,
    react: ({ body }) =>
      json(200, { type: 'success', ...(body.type === 'message' && { external_id: `p-${body.payload.id}` }) }),
    claims: (_uid, sub) => ({
      header: { typ: 'JWT', alg: 'HS256' },
      payload: { iss: 99, jti: `${Math.random()}`, sub, exp: now() + 20 },
    }),
    path: channelPath,
    understand: async (response) => (await response.json()).status,
  },
]

for (const shape of shapes) {
  describe(shape.name, () => {
    it('is connected, gets a reply, pushes a message once, and is deleted', async () => {
      const server = await FakeChannelServer.start()
      let secret = ''
      const died: unknown[] = []
      const behave: FakeChannelServer['behave'] = (request, response) => {
        try {
          const verified = secret !== '' && shape.verify(secret, request.headers, request.raw)
          const { status, text } = shape.react(request, verified || request.body.type === 'authorization')
          response.writeHead(status, { 'content-type': 'application/json' }).end(text)
        } catch (error) {
          died.push(error)
          response.destroy()
        }
      }
      server.behave = behave
      server.authorize = behave
      const { type, credentials } = shape
      const channel = await addTestChannel(hub, {
        server,
        type: { ...type, allow_compose: true },
        ...(credentials && { credentials }),
      })
      secret = channel.secret

      const push = async (externalId: string) => {
        const { header, payload } = shape.claims(channel.typeUid, channel.id)
        const signed = [header, payload]
          .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.')
        const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
        const response = await fetch(hub.url + shape.path(channel.id), {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(inbound({ body: 'Hello from outside', externalId, conversation: 'thread' })),
        })
        assert.equal(response.status, 202)
        return shape.understand(response)
      }
      const first = await push('one')
      assert.ok(first)
      assert.deepEqual(await push('one'), first)

      const conversations = await hub.call('GET', `/inboxes/${hub.inbox}/conversations?limit=1`)
      const [conversation] = conversations.body._results
      assert.equal((await messagesOf(conversation.id)).length, 1)
      await hub.call('POST', `/conversations/${conversation.id}/messages`, { body: 'Hello from inside' })
      await untilSent(conversation.id)

      await hub.call('DELETE', `/channels/${channel.id}`)
      await server.until(() => server.received.some(({ method }) => method === 'DELETE'))
      assert.deepEqual(died, [])
      await server.stop()
    })
  })
}

async function messagesOf(conversation: string) {
  return (await hub.call('GET', `/conversations/${conversation}/messages`)).body._results
}

async function untilSent(conversation: string): Promise<void> {
  for (;;) {
    const [{ delivery, error_message }] = await messagesOf(conversation)
    assert.ok(!['failed', 'not_confirmed', 'delayed'].includes(delivery.state), error_message ?? delivery.state)
    if (delivery.state === 'sent') return
  }
}
