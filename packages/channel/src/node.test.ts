import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { sign } from '@portico/protocol'
import express from 'express'
import { expressHandler } from './express.ts'
import { type ChannelDefinition, defineChannel } from './index.ts'
import { nodeListener } from './node.ts'

const secret = 'test-app-secret-000000000000000001'
const definition: ChannelDefinition = {
  id: 'app_1',
  secret,
  onAuthorize() {},
  onMessage: ({ payload }) => ({ external_id: payload.text }),
  onDelete() {},
}
const chat = defineChannel(definition)
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

test('the webhook URL is the requested URL, with the scheme of a proxy', async (t) => {
  const { url } = await serve(t, nodeListener(chat))
  const answered = async (headers: Record<string, string>) =>
    ((await (await send(`${url}/front`, authorization, { headers })).json()) as { webhook_url: string }).webhook_url
  assert.equal(await answered({}), `${url}/front?channel_id=cha_1a2b`)
  assert.match(await answered({ 'x-forwarded-proto': 'https' }), /^https:\/\/127\.0\.0\.1/)
  assert.match(await answered({ 'x-forwarded-proto': 'https, http' }), /^https:/)
  assert.match(await answered({ 'x-forwarded-proto': 'javascript' }), /^http:/)
})

test('hosts, paths and methods that are invalid for URL or Request still get a response', async (t) => {
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

test('a request that is cut off affects no other', async (t) => {
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

test('Express: behind express.raw() and express.text() as well', async (t) => {
  for (const parser of [express.raw({ type: '*/*' }), express.text({ type: '*/*' })]) {
    const app = express()
    app.use(parser, expressHandler(chat))
    assert.equal((await send(`${(await serve(t, app)).url}?channel_id=cha_1`, message)).status, 200)
  }
})

test('bytes that a platform stored beside the parsed body are verified', async (t) => {
  const app = express()
  const keep: Parameters<typeof express.json>[0] = {
    verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes }),
  }
  app.use(express.json(keep), expressHandler(chat))
  const { url } = await serve(t, app)
  assert.equal((await send(`${url}?channel_id=cha_1`, message)).status, 200)
  assert.equal((await fetch(url, { method: 'POST', body: message })).status, 401)
})

test('a body parser in front leads to a 500 that names the fix, and to onError', async (t) => {
  const reported: unknown[] = []
  const listening = { ...definition, onError: (error: unknown) => reported.push(error) }
  const parsed = express()
  parsed.use(express.json(), expressHandler(defineChannel(listening)))
  const bare = nodeListener(defineChannel(listening))
  const readFirst: RequestListener = async (request, response) => {
    for await (const _ of request);
    await bare(request, response)
  }
  for (const [i, listener] of [parsed, readFirst].entries()) {
    const answer = await send((await serve(t, listener)).url, message)
    assert.equal(answer.status, 500)
    const output = (await answer.json()) as { type: string; message: string }
    assert.equal(output.type, 'internal_error')
    assert.match(output.message, /before express\.json\(\)/)
    assert.match(String(reported[i]), /before express\.json\(\)/)
  }
})

for (const [how, onError] of Object.entries({
  throws: () => {
    throw new Error('the log is full')
  },
  rejects: async () => {
    throw new Error('the log is full')
  },
})) {
  test(`a response is sent and the process continues although onError ${how}`, async (t) => {
    const onMessage = () => Promise.reject(new Error('the gateway is gone'))
    const broken = defineChannel({ ...definition, onMessage, onError })
    const { mock } = t.mock.method(console, 'error', () => {})
    const answer = await send(`${(await serve(t, nodeListener(broken))).url}?channel_id=cha_1`, message)
    assert.equal(answer.status, 500)
    assert.match(String(mock.calls[0]?.arguments[0]), /the log is full/)
  })
}

test('a stream of text is verified as the bytes that it was, as are bytes of other types', async (t) => {
  const asText: RequestListener = (request, response) => {
    request.setEncoding('utf8')
    void nodeListener(chat)(request, response)
  }
  const asBuffer: RequestListener = async (request, response) => {
    const bytes = Buffer.concat(await request.toArray())
    const rawBody = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
    await nodeListener(chat)(Object.assign(request, { rawBody, body: {} }), response)
  }
  for (const listener of [asText, asBuffer])
    assert.equal((await send(`${(await serve(t, listener)).url}?channel_id=cha_1`, message)).status, 200)
})

test('a request whose body was already read gets a 500 with that reason', async () => {
  const reported: unknown[] = []
  const channel = defineChannel({ ...definition, onError: (error) => reported.push(error) })
  const request = new Request('https://channel.example/', { method: 'POST', body: message })
  await request.text()
  const locked = new Request('https://channel.example/', { method: 'POST', body: message })
  locked.body?.getReader()
  for (const [i, one] of [request, locked].entries()) {
    assert.equal((await channel.fetch(one)).status, 500)
    assert.match(String(reported[i]), /was read before/)
  }
})

test('HTTP/2: its pseudo-headers are not headers of the request', async (t) => {
  const server = createHttp2Server(nodeListener(chat) as unknown as Parameters<typeof createHttp2Server>[1]).listen(0)
  await once(server, 'listening')
  t.after(() => server.close())
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(() => client.close())
  const timestamp = Date.now()
  const stream = client.request({
    ':method': 'POST',
    ':path': '/front',
    'x-front-request-timestamp': String(timestamp),
    'x-front-signature': sign(secret, timestamp, authorization),
  })
  stream.end(authorization)
  let answer = ''
  for await (const chunk of stream.setEncoding('utf8')) answer += chunk
  assert.match(JSON.parse(answer).webhook_url, /^http:\/\/127\.0\.0\.1:\d+\/front\?channel_id=cha_1a2b$/)
})
