import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { AddressRules } from './addresses.ts'
import { type ChannelServerCall, callChannelServer } from './call.ts'

const local: AddressRules = { http: true, loopback: true, private: false, ownOrigin: () => 'http://127.0.0.1:1' }

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function listen<S extends Server | ReturnType<typeof createSocketServer>>(
  t: TestContext,
  server: S,
): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function channelServer(t: TestContext, answer: Answer): Promise<string> {
  return listen(t, createServer({ keepAliveTimeout: 60_000 }, answer))
}

async function rawServer(t: TestContext, onConnection: (socket: Socket) => void): Promise<string> {
  return listen(
    t,
    createSocketServer((socket) => {
      socket.on('error', () => {})
      onConnection(socket)
    }),
  )
}

function call(url: string, change: Partial<ChannelServerCall> = {}) {
  return callChannelServer({
    url,
    method: 'POST',
    body: '{"type":"message"}',
    secret: 'test-app-secret-000000000000000001',
    webhookId: 'msg_1',
    credential: 'tok_Zr81-acme',
    authType: 'api_key',
    agentKey: 'test',
    allow: { ...local },
    ...change,
  })
}

test('a request is signed over the bytes that are sent, with the credential and an exact length', async (t) => {
  let seen: { request: IncomingMessage; body: string } | undefined
  const url = await channelServer(t, async (request, response) => {
    seen = { request, body: await text(request) }
    response.end('{"type":"success"}')
  })
  const body = JSON.stringify({ type: 'message', payload: { text: 'Café 🚀 \u2028 "q" \\' } })
  const result = await call(`${url}/front/9f3c1b?tenant=a%20b`, { body })
  assert.equal(result.kind, 'answer')
  assert(seen)
  const { headers, method, url: path, httpVersion } = seen.request
  assert.deepEqual([method, path, httpVersion, seen.body], ['POST', '/front/9f3c1b?tenant=a%20b', '1.1', body])
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['content-length'], String(Buffer.byteLength(body)))
  assert.equal(headers.authorization, 'Bearer tok_Zr81-acme')
  assert.equal(headers['transfer-encoding'], undefined)
  const timestamp = headers['x-front-request-timestamp']
  assert.match(String(timestamp), /^\d{13}$/)
  const expected = createHmac('sha256', 'test-app-secret-000000000000000001')
    .update(`${timestamp}:${body}`)
    .digest('base64')
  assert.equal(headers['x-front-signature'], expected)
})

test('basic credentials are sent as user and password, and a type without authentication sends none', async (t) => {
  const seen: (string | undefined)[] = []
  const url = await channelServer(t, (request, response) => {
    seen.push(request.headers.authorization)
    response.end()
  })
  await call(url, { authType: 'basic', credential: 'ada:pässword' })
  await call(url, { authType: 'none' })
  assert.deepEqual(seen, [`Basic ${Buffer.from('ada:pässword').toString('base64')}`, undefined])
})

test('a DELETE carries its JSON body', async (t) => {
  let seen = ''
  const url = await channelServer(t, async (request, response) => {
    seen = `${request.method} ${request.headers['content-length']} ${await text(request)}`
    response.end('OK')
  })
  const result = await call(url, { method: 'DELETE', body: '{"type":"delete","payload":{"channel_id":"cha_1a2b"}}' })
  assert.equal(seen, 'DELETE 53 {"type":"delete","payload":{"channel_id":"cha_1a2b"}}')
  assert.equal(result.kind === 'answer' && result.bodyText, 'OK')
})

test('a response just before the deadline counts, and one just after it is a timeout', async (t) => {
  const url = await channelServer(t, (request, response) => {
    setTimeout(() => response.end('{"type":"success"}'), Number(request.url?.slice(1)))
  })
  const inside = await call(`${url}/600`, { deadlineMs: 700 })
  const after = await call(`${url}/900`, { deadlineMs: 700 })
  assert.equal(inside.kind, 'answer')
  assert.equal(after.kind === 'ambiguous' && after.code, 'timeout')
})

test('a body that drips is cut at the deadline', async (t) => {
  const url = await channelServer(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 1000 })
    const drip = setInterval(() => response.write('x'), 50)
    response.on('close', () => clearInterval(drip))
  })
  const result = await call(url, { deadlineMs: 400 })
  assert.equal(result.kind === 'ambiguous' && result.code, 'timeout')
})

test('headers that drip are cut at the deadline', async (t) => {
  const url = await rawServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const drip = setInterval(() => socket.write('x-drip: 1\r\n'), 50)
    socket.on('close', () => clearInterval(drip))
  })
  const result = await call(url, { deadlineMs: 400 })
  assert.equal(result.kind === 'ambiguous' && result.code, 'timeout')
})

test('a response is read up to 64 KiB, and an endless one ends the connection', async (t) => {
  const closed = Promise.withResolvers<void>()
  const url = await channelServer(t, (_request, response) => {
    response.on('close', closed.resolve)
    const pour = () => {
      while (response.write('x'.repeat(16_384)));
      response.once('drain', pour)
    }
    pour()
  })
  const result = await call(url)
  assert.equal(result.kind === 'answer' && result.bodyText.length, 65_536)
  await closed.promise
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is a response and is not followed`, async (t) => {
    let requests = 0
    const url = await channelServer(t, (_request, response) => {
      requests++
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    const result = await call(url)
    assert.deepEqual([result.kind === 'answer' && result.status, requests], [status, 1])
  })
}

test('a connection cut after the request was read is ambiguous, and is not repeated', async (t) => {
  let requests = 0
  const url = await channelServer(t, (request) => {
    requests++
    request.socket.resetAndDestroy()
  })
  const result = await call(url)
  assert.deepEqual([result.kind === 'ambiguous' && result.code, requests], ['connection_reset', 1])
})

test('a response whose body is cut is ambiguous', async (t) => {
  const url = await channelServer(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('{"type":"succ', () => response.socket?.destroy())
  })
  const result = await call(url)
  assert.equal(result.kind === 'ambiguous' && result.code, 'connection_reset')
})

test('headers that both application and proxy send are read once, and all of them', async (t) => {
  const url = await channelServer(t, (_request, response) => {
    response.writeHead(429, [
      ...['Retry-After', '30', 'Retry-After', '7', 'Content-Type', 'text/plain', 'Content-Type', 'text/html'],
      ...['Content-Encoding', 'identity', 'Content-Encoding', 'gzip', 'Location', '/a', 'Location', '/b'],
      ...['Set-Cookie', 'a=b', 'X-Request-Id', '1', 'X-Request-Id', '2'],
    ])
    response.end(gzipSync('slow down'))
  })
  const result = await call(url)
  assert(result.kind === 'answer')
  const { headers, status, bodyText } = result
  assert.deepEqual([status, bodyText, headers['retry-after']], [429, 'slow down', '30, 7'])
  for (const value of Object.values(headers)) assert.equal(typeof value, 'string')
})

test('requests accept no compression, and a compressed response is read nevertheless', async (t) => {
  const asked: unknown[] = []
  const url = await channelServer(t, (request, response) => {
    asked.push(request.headers['accept-encoding'])
    response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('{"type":"success"}'))
  })
  const result = await call(url)
  assert.deepEqual([result.kind === 'answer' && result.bodyText, asked], ['{"type":"success"}', ['identity']])
})

for (const status of [302, 400, 429, 503]) {
  test(`a ${status} whose body is cut, or never ends, counts by its status`, async (t) => {
    const url = await channelServer(t, (request, response) => {
      response.writeHead(status, { 'content-length': 1000, 'content-type': 'text/plain' })
      response.write('no', () => request.url === '/cut' && response.socket?.destroy())
    })
    for (const path of ['/cut', '/dripping']) {
      const result = await call(url + path, { deadlineMs: 300 })
      assert.deepEqual(result.kind === 'answer' && [result.status, result.bodyText], [status, 'no'], path)
    }
  })
}

test('a complete JSON response counts, also with a wrong length or without its end', async (t) => {
  const body = '{"type":"success","external_id":"}"}'
  const url = await channelServer(t, (request, response) => {
    response.writeHead(200, { 'content-length': 1000, 'content-type': 'application/json' })
    response.write(body, () => request.url === '/cut' && response.socket?.destroy())
  })
  for (const path of ['/cut', '/open']) {
    const result = await call(url + path, { deadlineMs: 300 })
    assert.deepEqual(result.kind === 'answer' && [result.status, result.bodyText], [200, body], path)
  }
})

const continues = 'HTTP/1.1 100 Continue\r\n\r\n'
const wholeResponse = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
for (const [what, parts] of Object.entries({
  'at once': [continues, wholeResponse],
  'in one piece': [continues + wholeResponse],
  'twice, with a header, and others': [
    ...['HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n', continues, 'HTTP/1.1 102 Processing\r\n\r\n'],
    ...['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', wholeResponse],
  ],
  'in pieces': ['HTTP/1', '.1 1', '00 Continue\r', '\n\r\nHTTP/1.1 2', wholeResponse.slice(10)],
})) {
  test(`an informational response is not the final one: 100 Continue ${what}`, async (t) => {
    let connections = 0
    const url = await rawServer(t, (socket) => {
      connections++
      socket.setNoDelay(true)
      socket.on('data', async (bytes) => {
        if (!String(bytes).endsWith('}')) return
        for (const part of parts) {
          await new Promise<void>((written) => socket.write(part, () => written()))
          await new Promise(setImmediate)
        }
      })
    })
    for (const _ of [1, 2]) {
      const result = await call(url, { connections: 1, allow: local, agentKey: what })
      assert.deepEqual(result.kind === 'answer' ? [result.status, result.bodyText] : result, [200, '{}'])
    }
    assert.equal(connections, 1)
  })
}

test('a body that begins like a 100 Continue is a body', async (t) => {
  const url = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${continues.length}\r\n\r\n`, () => {
        setImmediate(() => socket.write(continues))
      })
    })
  })
  const result = await call(url)
  assert.equal(result.kind === 'answer' && result.bodyText, continues)
})

test('a request that cannot be written as HTTP is an internal error, not one of the server', async (t) => {
  let requests = 0
  const url = await channelServer(t, (_request, response) => {
    requests++
    response.end()
  })
  await assert.rejects(call(url, { credential: 'a\r\nb' }), /invalid authorization/i)
  assert.equal(requests, 0)
})

test('a response that is not HTTP is unreadable', async (t) => {
  const url = await rawServer(t, (socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))
  const result = await call(url)
  assert.equal(result.kind === 'ambiguous' && result.code, 'unreadable_answer')
})

test('a request uses a new connection when the server has closed the idle one', async (t) => {
  let connections = 0
  const url = await rawServer(t, (socket) => {
    connections++
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nOK'))
  })
  const allow = { ...local }
  const results = [await call(url, { allow }), await call(url, { allow }), await call(url, { allow })]
  assert.deepEqual([results.map(({ kind }) => kind), connections], [['answer', 'answer', 'answer'], 3])
})

test('a server that refuses the connection got nothing', async () => {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const result = await call(`http://127.0.0.1:${port}`)
  assert.equal(result.kind === 'not_sent' && result.code, 'connection_refused')
})

test('a server that does not speak TLS is a TLS error, and got nothing', async (t) => {
  const url = await channelServer(t, (_request, response) => response.end())
  const result = await call(url.replace('http:', 'https:'))
  assert.equal(result.kind === 'not_sent' && result.code, 'tls_error')
})

/** Self-signed for localhost and 127.0.0.1; the key guards nothing. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbaJjcYVp1Q1f4z26
SS+oicSkZE1XI+6wLOeCUyyulrqhRANCAAQM23/a6zT5dcWMKWGTPYlxQqWzmDSq
CbWs74Nld4BOmdJjbsKZWYIQ3Lnbz63MEojcUqUNyOpAOqaIYC2hdWeU
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIURBLoyQ5goKcLxYH+5t/8OhGME9AwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE4MjgyMVoYDzIxMjYxMDMw
MTgyODIxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQM23/a6zT5dcWMKWGTPYlxQqWzmDSqCbWs74Nld4BOmdJjbsKZWYIQ
3Lnbz63MEojcUqUNyOpAOqaIYC2hdWeUo28wbTAdBgNVHQ4EFgQU0Q2dVMQEUShN
y8Wipjq86YoQhpEwHwYDVR0jBBgwFoAU0Q2dVMQEUShNy8Wipjq86YoQhpEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAONJYtuoM3s+QUYZ9EHwYFlzcxwMR/MvR0ynTVKCkpYoAiEA
rqqNmHPy+BTgqXtaygW+KhYvLBCaCgcE+HipQz4z1oE=
-----END CERTIFICATE-----`,
}

test('an untrusted certificate is a TLS error, and the server gets no request', async (t) => {
  let requests = 0
  const server = createTlsServer(selfSigned, (_request, response) => {
    requests++
    response.end('{"type":"success"}')
  })
  const url = await listen(t, server)
  const result = await call(url.replace('http:', 'https:'))
  assert.deepEqual([result.kind === 'not_sent' && result.code, requests], ['tls_error', 0])
})

test('no more requests are in flight than connections were given; the rest wait inside their deadline', async (t) => {
  let open = 0
  let most = 0
  const url = await channelServer(t, (_request, response) => {
    most = Math.max(most, ++open)
    setTimeout(() => {
      open--
      response.end()
    }, 30)
  })
  const allow = { ...local }
  const results = await Promise.all(Array.from({ length: 9 }, () => call(url, { allow, connections: 3 })))
  assert.deepEqual([new Set(results.map(({ kind }) => kind)), most], [new Set(['answer']), 3])
})

test('a request that waited for a connection until its deadline never leaves', async (t) => {
  let requests = 0
  const url = await channelServer(t, (_request, response) => {
    requests++
    setTimeout(() => response.end(), 300)
  })
  const allow = { ...local }
  const first = call(url, { allow, connections: 1 })
  const second = await call(url, { allow, connections: 1, deadlineMs: 100 })
  assert.equal(second.kind === 'not_sent' && second.code, 'connect_timeout')
  await first
  const third = await call(url, { allow, connections: 1 })
  assert.deepEqual([third.kind, requests], ['answer', 2])
})

test('the error of an unreachable server is a plain message, with the technical code beside it', async (t) => {
  const gone = createSocketServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  gone.close()
  await once(gone, 'close')
  const refused = await call(`http://127.0.0.1:${port}`)
  const plain = await channelServer(t, (_request, response) => response.end())
  const insecure = await call(plain.replace('http:', 'https:'))
  const cut = await call(await channelServer(t, (request) => request.socket.resetAndDestroy()))
  const errors = [refused, insecure, cut].map(
    (outcome) => outcome.kind !== 'answer' && [outcome.message, outcome.detail],
  )
  assert.deepEqual(errors, [
    ["The channel's server could not be reached: the connection was refused.", 'connect ECONNREFUSED'],
    ["No secure connection to the channel's server could be made.", 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ["The channel's server closed the connection before its answer was complete.", 'read ECONNRESET'],
  ])
})
