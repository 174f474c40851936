import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { sign } from '@portico/protocol'
import express from 'express'
import { expressHandler } from './express.ts'
import { defineChannel } from './index.ts'
import { nodeListener } from './node.ts'

const secret = 'test-app-secret-000000000000000001'
const chat = defineChannel({
  id: 'app_1',
  secret,
  onAuthorize() {},
  onMessage: ({ payload }) => ({ external_id: payload.text }),
  onDelete() {},
})
const authorization = '{"type":"authorization","payload":{"channel_id":"cha_1a2b"}}'
const message = '{"type":"message","payload":{"text":"Café 🚀"},"metadata":{"external_conversation_ids":[]}}'

async function serve(t: TestContext, listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function send(url: string, body: string, { method = 'POST', headers = {} } = {}): Promise<Response> {
  const timestamp = Date.now()
  const signature = {
    'x-front-request-timestamp': String(timestamp),
    'x-front-signature': sign(secret, timestamp, body),
  }
  return fetch(url, { method, body, headers: { 'content-type': 'application/json', ...signature, ...headers } })
}

test('node:http: requests are verified and answered, with a Content-Length', async (t) => {
  const { url } = await serve(t, nodeListener(chat))
  const response = await send(`${url}/front?channel_id=cha_1a2b`, message)
  assert.deepEqual(await response.json(), { type: 'success', external_id: 'Café 🚀' })
  assert.ok(Number(response.headers.get('content-length')) > 0)
  const deleted = await send(url, '{"type":"delete","payload":{"channel_id":"cha_1a2b"}}', { method: 'DELETE' })
  assert.deepEqual(await deleted.json(), { type: 'success' })
  assert.equal((await fetch(url, { method: 'POST', body: message })).status, 401)
})

test('the webhook URL is where we were called, with the scheme a proxy says', async (t) => {
  const { url } = await serve(t, nodeListener(chat))
  const answered = async (headers: Record<string, string>) =>
    ((await (await send(`${url}/front`, authorization, { headers })).json()) as { webhook_url: string }).webhook_url
  assert.equal(await answered({}), `${url}/front?channel_id=cha_1a2b`)
  assert.match(await answered({ 'x-forwarded-proto': 'https' }), /^https:\/\/127\.0\.0\.1/)
  assert.match(await answered({ 'x-forwarded-proto': 'https, http' }), /^https:/)
  assert.match(await answered({ 'x-forwarded-proto': 'javascript' }), /^http:/)
})

test('hosts, paths and methods that no URL or Request takes are answered all the same', async (t) => {
  const { url, server } = await serve(t, nodeListener(chat))
  const { port } = server.address() as AddressInfo
  for (const line of [
    'GET // HTTP/1.1\r\nHost: a:b@c',
    'TRACE / HTTP/1.1\r\nHost: x',
    'POST /%zz HTTP/1.1\r\nHost: [::',
    'GET http://%/ HTTP/1.1\r\nHost: \u00e9',
  ]) {
    const socket = connect(port, '127.0.0.1')
    socket.end(`${line}\r\nConnection: close\r\n\r\n`, 'latin1')
    let answer = ''
    for await (const chunk of socket) answer += chunk
    assert.match(answer, /^HTTP\/1\.1 4\d\d/, line)
  }
  assert.equal((await send(`${url}?channel_id=cha_1`, message)).status, 200)
})

test('a request that breaks off disturbs nobody', async (t) => {
  const { url, server } = await serve(t, nodeListener(chat))
  const broken = httpRequest(url, { method: 'POST', headers: { 'content-length': '1000' } })
  broken.on('error', () => {})
  broken.write('{"type":')
  await once(server, 'request')
  broken.destroy()
  assert.equal((await send(`${url}?channel_id=cha_1`, message)).status, 200)
})

test('Express: mounted before express.json(), at any path', async (t) => {
  const app = express()
  app.use('/front', expressHandler(chat))
  app.use(express.json())
  app.get('/front', (_, response) => void response.send('a page'))
  const { url } = await serve(t, app)
  const response = await send(`${url}/front`, authorization)
  assert.deepEqual(await response.json(), { type: 'success', webhook_url: `${url}/front?channel_id=cha_1a2b` })
  assert.equal(await (await fetch(`${url}/front`)).text(), 'a page')
})

test('Express: behind express.raw() as well, and behind express.json() it says what to change', async (t) => {
  const raw = express()
  raw.use(express.raw({ type: '*/*' }), expressHandler(chat))
  assert.equal((await send(`${(await serve(t, raw)).url}?channel_id=cha_1`, message)).status, 200)

  const parsed = express()
  const told: unknown[] = []
  parsed.use(express.json(), expressHandler(chat))
  parsed.use(((error, _request, response, _next) => {
    told.push(error)
    response.sendStatus(500)
  }) satisfies express.ErrorRequestHandler)
  assert.equal((await send((await serve(t, parsed)).url, message)).status, 500)
  assert.match(String(told[0]), /before express\.json\(\)/)
})
