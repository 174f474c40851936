import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { issueChannelToken, verify } from '@portico/protocol'
import { inbound } from '../../../../tests/harness/channel.ts'
import { FakeChannelServer, answer as json } from '../../../../tests/harness/channel-server.ts'
import type { TestCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type CallOptions, startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let other: TestCompany
before(async () => {
  hub = await startTestHub()
  other = await hub.addCompany('Other')
})
after(() => hub?.close())

interface Registered {
  uid: string
  secret: string
}

async function register(server_url: string, fields: object = {}): Promise<Registered> {
  const { status, body } = await hub.call('POST', '/channel_types', { name: 'Acme chat', server_url, ...fields })
  assert.equal(status, 201, JSON.stringify(body))
  return body
}

function add(type: { uid: string }, fields: object = {}, options: CallOptions = {}): Promise<Answer> {
  const headers = { prefer: 'return=representation', ...options.headers }
  const body = { type: 'custom', application_uid: type.uid, ...fields }
  return hub.call('POST', `/inboxes/${hub.inbox}/channels`, body, { ...options, headers })
}

async function countChannels(): Promise<number> {
  const [row] = await hub.db.query<{ n: number }>('test_count', 'select count(*) as n from channels')
  return row?.n ?? -1
}

type Asked = (response: ServerResponse) => void | Promise<void>

/** The server's answer to the authorization request. */
async function serverThat(t: TestContext, asked: Asked = (response) => json(response, 200, { type: 'success' })) {
  const server = await FakeChannelServer.startFor(t)
  server.authorize = (_, response) => asked(response)
  return server
}

/** Adds a channel whose server gives this answer, and requires that nothing of the channel was stored. */
async function refused(t: TestContext, answer: Asked): Promise<{ code: string; message: string }> {
  const before = await countChannels()
  const result = await add(await register((await serverThat(t, answer)).url))
  assert.equal(result.status, 400, JSON.stringify(result.body))
  assert.equal(await countChannels(), before)
  return result.body._error
}

describe('adding a channel', () => {
  it('takes a yes that comes packed, with every header twice', async (t) => {
    const yes = gzipSync('{"type":"success","webhook_url":"http://127.0.0.1:9/hook"}')
    const headers = ['Content-Type', 'application/json', 'Content-Type', 'application/json', 'Content-Encoding', 'GZIP']
    const server = await serverThat(t, (response) => void response.writeHead(200, headers).end(yes))
    const { status, body } = await add(await register(server.url))
    assert.deepEqual([status, body.webhook_url], [201, 'http://127.0.0.1:9/hook'])
    assert.equal(server.received[0]?.headers['accept-encoding'], 'identity')
  })

  it("asks its server, signed, with the admin's token as it was pasted but trimmed", async (t) => {
    const server = await serverThat(t)
    const type = await register(`${server.url}?tenant=a%20b`, { auth_type: 'api_key' })
    const { status, body } = await add(type, { credentials: { api_key: '  tok_Zr81-acme\n' }, name: ' Shop chat ' })
    assert.equal(status, 201)
    assert.equal(body.name, 'Shop chat')
    assert.equal(body.webhook_url, `${server.url}?tenant=a%20b`)
    const [asked] = server.received
    assert.deepEqual([asked?.method, asked?.path], ['POST', '/?tenant=a%20b'])
    assert.equal(asked?.raw, `{"type":"authorization","payload":{"channel_id":"${body.id}"}}`)
    assert.equal(asked?.headers.authorization, 'Bearer tok_Zr81-acme')
    assert.equal(asked?.headers['content-type'], 'application/json')
    const { 'x-front-request-timestamp': timestamp, 'x-front-signature': signature } = asked?.headers ?? {}
    const signed = { timestamp: String(timestamp), signature: String(signature), body: asked?.raw ?? '' }
    assert(verify({ ...signed, secrets: [type.secret] }).ok)
  })

  it('authenticates as its type requires: none, bearer, basic', async (t) => {
    const server = await serverThat(t)
    const cases: [object, object | undefined, string | undefined][] = [
      [{ auth_type: 'none' }, { api_key: '' }, undefined],
      [{ auth_type: 'bearer' }, { access_token: 'a.b.c' }, 'Bearer a.b.c'],
      [
        { auth_type: 'basic' },
        { username: ' jo ', password: ' pä:ss ' },
        `Basic ${Buffer.from('jo: pä:ss ').toString('base64')}`,
      ],
    ]
    for (const [fields, credentials, expected] of cases) {
      assert.equal((await add(await register(server.url, fields), { credentials })).status, 201)
      assert.equal(server.received.at(-1)?.headers.authorization, expected)
    }
  })

  it('names the missing credential before it sends a request', async (t) => {
    const server = await serverThat(t)
    const cases: [string, object | undefined, RegExp][] = [
      ['api_key', undefined, /body\.credentials\.api_key: missing/],
      ['api_key', { api_key: '  ' }, /body\.credentials\.api_key: missing/],
      ['api_key', { api_key: 'a\r\nX-Evil: 1' }, /not a token/],
      ['api_key', { api_key: 'жетон' }, /not a token/],
      ['bearer', { api_key: 'x' }, /body\.credentials\.access_token: missing/],
      ['basic', { username: 'jo' }, /body\.credentials\.password: missing/],
      ['basic', { username: 'j:o', password: 'x' }, /username: has a colon/],
    ]
    for (const [auth_type, credentials, detail] of cases) {
      const { status, body } = await add(await register(server.url, { auth_type }), { credentials })
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'])
      assert.match(body._error.details.join('\n'), detail)
    }
    assert.equal(server.received.length, 0)
  })

  it('returns 204 as Front does, with the name of its type and no undo time by default', async (t) => {
    const server = await serverThat(t)
    const type = await register(server.url)
    const plain = await add(type, { settings: { undo_send_time: 15 } }, { headers: { prefer: '' } })
    assert.deepEqual([plain.status, plain.body], [204, null])
    const { body: list } = await hub.call('GET', `/inboxes/${hub.inbox}/channels`)
    const found = list._results.filter((result: { channel_type: Registered }) => result.channel_type.uid === type.uid)
    assert.equal(found.length, 1)
    assert.deepEqual(
      [found[0].name, found[0].settings.undo_send_time, found[0].webhook_url],
      ['Acme chat', 15, server.url],
    )
    assert.equal((await add(type)).body.settings.undo_send_time, 0)
    assert.equal((await add(type, { settings: { undo_send_time: 7 } })).status, 400)
    assert.equal((await add(type, { type: 'smtp' })).status, 400)
    for (const more of [
      { settings: { webhook_url: 'http://other.example' } },
      { credentials: { api_key: 'unasked' } },
    ]) {
      const { status, body } = await add(type, more)
      assert.deepEqual([status, body._error.code], [400, 'unsupported_field'])
    }
  })

  it('stores the webhook URL as it was given, a relative one made whole', async (t) => {
    const server = await serverThat(t)
    const type = await register(server.url)
    const { origin } = new URL(server.url)
    const cases: [unknown, string][] = [
      [`${origin}/hooks/9f3c1b?a=1#x`, `${origin}/hooks/9f3c1b?a=1#x`],
      ['http://LOCALHOST:3000/Front', 'http://LOCALHOST:3000/Front'],
      ['https://channel.example.net:8443/f', 'https://channel.example.net:8443/f'],
      ['hooks/1', `${origin}/hooks/1`],
      ['/hooks/1', `${origin}/hooks/1`],
      ['', server.url],
      [null, server.url],
    ]
    for (const [webhook_url, stored] of cases) {
      server.authorize = (_, response) => json(response, 201, { type: 'success', webhook_url })
      assert.equal((await add(type)).body.webhook_url, stored)
    }
  })

  it('knows its final id during the handshake; tokens of it begin to work when it is there', async (t) => {
    const server = await serverThat(t)
    const type = await register(server.url)
    const push = (channelId: string) => {
      const token = issueChannelToken({ secret: type.secret, uid: type.uid, channelId })
      return hub.call('POST', `/channels/${channelId}/inbound_messages`, inbound({ body: 'x', externalId: 'm' }), {
        token,
      })
    }
    let during = 0
    server.authorize = async (_, response) => {
      const { payload } = JSON.parse(server.received.at(-1)?.raw ?? '')
      if (during === 0) during = (await push(payload.channel_id)).status
      json(response, 200, { type: 'success' })
    }
    await add(type)
    assert.equal(during, 401)
    const { body } = await add(type)
    assert.equal((await push(body.id)).status, 202)
  })

  it('emits an event', async (t) => {
    const { body } = await add(await register((await serverThat(t)).url))
    const events = await hub.db.query<{ data: object }>(
      'test_events',
      "select data from events where company_id = $1 and type = 'channel' and data->>'channel_id' = $2",
      [hub.companyId, body.id],
    )
    assert.equal(events.length, 1)
  })
})

describe('a channel server that refuses or fails', () => {
  const refusals: [string, (response: ServerResponse) => void, RegExp][] = [
    [
      'an error with its words',
      (r) => json(r, 400, { type: 'bad_request', message: 'Unknown type sent to channel' }),
      /refused: Unknown type sent to channel$/,
    ],
    [
      '401 with its words',
      (r) => json(r, 401, { type: 'bad_request', message: 'Authorization header is missing' }),
      /Authorization header is missing/,
    ],
    [
      'a Nest error',
      (r) => json(r, 500, { statusCode: 500, message: 'Internal server error' }),
      /^The channel's server failed \(500 Internal Server Error\): Internal server error$/,
    ],
    [
      'another shape',
      (r) => json(r, 401, { error: { code: 'no_tenant' } }),
      /401 Unauthorized with "\{"error":\{"code":"no_tenant"\}\}"/,
    ],
    [
      'Bad Request as text',
      (r) => void r.writeHead(400, { 'content-type': 'text/plain' }).end('Bad Request'),
      /400 Bad Request with "Bad Request"/,
    ],
    [
      'an error with status 200',
      (r) => json(r, 200, { type: 'forbidden', message: 'Plan has no chat' }),
      /refused: Plan has no chat/,
    ],
    ['success with status 403', (r) => json(r, 403, { type: 'success' }), /it answered 403 Forbidden/],
    [
      'ids but no success',
      (r) => json(r, 200, { webhook_url: 'http://127.0.0.1:9/' }),
      /answered 200 OK with .*to accept it answers \{"type":"success"\}/,
    ],
    ['an empty 200', (r) => void r.writeHead(200).end(), /answered 200 without a word/],
    ['an empty 204', (r) => void r.writeHead(204).end(), /answered 204 without a word/],
    ['HTML', (r) => void r.writeHead(200).end('<html>\n<script>alert(1)</script>'), /with "<html> <script>/],
    ['an array', (r) => json(r, 200, [{ type: 'success' }]), /to accept it answers/],
    ['a 304, which sends nobody elsewhere', (r) => void r.writeHead(304).end(), /answered 304 Not Modified\.$/],
    [
      'a redirect',
      (r) => void r.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      /\(302\), and redirects are not followed/,
    ],
    ['control characters', (r) => json(r, 400, { message: 'a\u001b[31mb\r\nc\u0000d\u202e' }), /refused: ab c d$/],
    [
      'words that come packed',
      (r) => void r.writeHead(401, { 'content-encoding': 'gzip' }).end(gzipSync('{"message":"Unknown token"}')),
      /refused: Unknown token$/,
    ],
    [
      'words in ISO-8859-1',
      (r) => void r.writeHead(401).end(Buffer.from('{"message":"Número no válido"}', 'latin1')),
      /refused: Número no válido$/,
    ],
    [
      'problem details',
      (r) => void r.writeHead(422, { 'content-type': 'application/problem+json' }).end('{"detail":"No such shop"}'),
      /refused: No such shop$/,
    ],
    [
      'a body in a way of packing that we do not know',
      (r) => void r.writeHead(200, { 'content-encoding': 'zstd' }).end(zstdCompressSync('{"type":"success"}')),
      /answered 200 OK with a body that cannot be read/,
    ],
    [
      'a refusal that is cut',
      (r) => void r.writeHead(403, { 'content-length': 99 }).write('no', () => r.destroy()),
      /403/,
    ],
    ['a book', (r) => json(r, 400, { message: 'x'.repeat(60_000) }), /refused: x{500}$/],
    [
      'a webhook that is no text',
      (r) => json(r, 200, { type: 'success', webhook_url: 7 }),
      /webhook_url that is not text/,
    ],
  ]
  for (const [what, answer, words] of refusals) {
    it(`leaves no channel behind: ${what}`, async (t) => {
      const { code, message } = await refused(t, answer)
      assert.deepEqual([code, words.test(message)], ['channel_refused', true], message)
    })
  }

  const hostile: [string, string][] = [
    ['file:///etc/passwd', 'url_not_allowed'],
    ['//user:pw@example.com/x', 'url_not_allowed'],
    ['javascript:alert(1)', 'url_not_allowed'],
    ['http://169.254.169.254/latest', 'blocked_address'],
    ['https://10.1.2.3/', 'blocked_address'],
    ['https://[::ffff:169.254.169.254]/', 'blocked_address'],
    ['https://metadata.google.internal/', 'blocked_address'],
    [`https://example.com/${'x'.repeat(2_000)}`, 'url_not_allowed'],
    ['http://[', 'url_not_allowed'],
    ['https://example.com/\u0000', 'url_not_allowed'],
    ['https://example.com/\ud800', 'url_not_allowed'],
  ]
  for (const [webhook_url, expected] of hostile) {
    it(`leaves no channel behind with the webhook URL ${webhook_url.slice(0, 50)}`, async (t) => {
      const { code, message } = await refused(t, (response) => json(response, 200, { type: 'success', webhook_url }))
      assert.deepEqual([code, /webhook_url/.test(message)], [expected, true], message)
    })
  }

  it('leaves no channel behind with the URL of the hub itself', async (t) => {
    const { code } = await refused(t, (r) => json(r, 200, { type: 'success', webhook_url: `${hub.url}/channels` }))
    assert.equal(code, 'loop')
  })

  it('leaves no channel behind when it does not respond for 7 seconds', async (t) => {
    const { code, message } = await refused(t, () => {})
    assert.equal(code, 'channel_server_unreachable')
    assert.match(message, /did not answer within 7 seconds/)
  })

  it('leaves no channel behind when it closes or refuses the connection', async (t) => {
    const cut = await refused(t, (response) => void response.destroy())
    assert.deepEqual([cut.code, /closed the connection/.test(cut.message)], ['channel_server_unreachable', true])
    const nobody = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => nobody.once('listening', resolve))
    const { port } = nobody.address() as { port: number }
    await new Promise((resolve) => nobody.close(resolve))
    const { status, body } = await add(await register(`http://127.0.0.1:${port}/`))
    assert.deepEqual([status, body._error.code], [400, 'channel_server_unreachable'])
    assert.match(body._error.message, /the connection was refused\. Check that it runs/)
    assert.deepEqual(body._error.details, ['server: connect ECONNREFUSED'])
  })

  it('costs the channel its number, which is never used again', async (t) => {
    const server = await serverThat(t, (response) => json(response, 500, {}))
    const type = await register(server.url)
    await add(type)
    server.authorize = (_, response) => json(response, 200, { type: 'success' })
    const { body } = await add(type)
    const [first, second] = server.received.map(({ raw }) => JSON.parse(raw).payload.channel_id)
    assert.notEqual(first, second)
    assert.equal(body.id, second)
  })
})

describe('a client that adds a channel', () => {
  it('must have the inbox, and a type of their own company', async (t) => {
    const server = await serverThat(t)
    const type = await register(server.url)
    const theirs = await add(type, {}, { token: other.token })
    assert.deepEqual([theirs.status, theirs.body._error.code], [404, 'not_found'])
    const foreign = await hub.call(
      'POST',
      `/inboxes/${other.inbox}/channels`,
      { type: 'custom', application_uid: type.uid },
      { token: other.token },
    )
    assert.deepEqual([foreign.status, foreign.body._error.code], [400, 'invalid_body'])
    assert.equal(server.received.length, 0)
  })

  it('can watch the handshake, and reads its end in it', async (t) => {
    const server = await serverThat(t)
    const type = await register(server.url)
    const accept = { headers: { accept: 'text/event-stream' } }
    const good = await add(type, {}, accept)
    assert.deepEqual([good.status, good.headers.get('content-type')], [200, 'text/event-stream'])
    const steps = eventsOf(good.body)
    assert.deepEqual(
      steps.map(({ event }) => event),
      ['asking', 'answered', 'saved'],
    )
    assert.deepEqual(steps[0]?.data, { channel_id: steps[2]?.data.id, server_url: server.url })
    assert.equal(steps[1]?.data.status_code, 200)
    assert.deepEqual(steps[2]?.data, (await hub.call('GET', `/channels/${steps[2]?.data.id}`)).body)
    server.authorize = (_, response) => json(response, 401, { message: 'Wrong token' })
    const bad = eventsOf((await add(type, {}, accept)).body)
    assert.deepEqual(
      bad.map(({ event }) => event),
      ['asking', 'answered', 'refused'],
    )
    assert.deepEqual([bad[2]?.data._error.code, bad[2]?.data._error.status], ['channel_refused', 400])
    assert.match(bad[2]?.data._error.message, /Wrong token/)
    assert.equal((await add({ uid: 'app_none' }, {}, accept)).status, 400)
  })

  it('does not cancel it by disconnecting', async (t) => {
    const server = await serverThat(t)
    const type = await register(server.url)
    const watching = new AbortController()
    const saved = new Promise<void>((resolve) => {
      server.authorize = (_, response) => {
        watching.abort()
        json(response, 200, { type: 'success' })
        resolve()
      }
    })
    const asked = fetch(`${hub.url}/inboxes/${hub.inbox}/channels`, {
      method: 'POST',
      signal: watching.signal,
      headers: {
        authorization: `Bearer ${hub.token}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ type: 'custom', application_uid: type.uid }),
    })
    await asked.then((response) => response.text()).catch(() => {})
    await saved
    const find = () =>
      hub.db.query(
        'test_of_type',
        'select 1 from channels c join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id where t.uid = $1',
        [type.uid],
      )
    for (let patience = 100; (await find()).length === 0 && patience > 0; patience--)
      await new Promise((r) => setTimeout(r, 20))
    assert.equal((await find()).length, 1)
  })
})

function eventsOf(stream: string) {
  return stream
    .trim()
    .split('\n\n')
    .map((block) => {
      const [event = '', data = ''] = block.split('\n')
      return { event: event.replace('event: ', ''), data: JSON.parse(data.replace('data: ', '')) }
    })
}
