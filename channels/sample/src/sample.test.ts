import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PhoneChange, PhoneState } from './phone.ts'

const secret = 'test-app-secret-000000000000000001'
const main = new URL('main.ts', import.meta.url).pathname

/** The network peer: a hub that stores what is pushed, or answers as told. */
async function aHub(t: TestContext) {
  const pushed: {
    path: string | undefined
    body: { body: string; sender: object; metadata: { external_id: string } }
  }[] = []
  const hub = { pushed, url: '', status: 202 }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    pushed.push({ path: request.url, body: JSON.parse(text) })
    const refusal = { _error: { status: 400, code: 'invalid_body', message: 'Body did not satisfy requirements.' } }
    const answer = hub.status === 202 ? { status: 'accepted', message_uid: '0'.repeat(32) } : refusal
    response.writeHead(hub.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return hub
}

type Environment = Record<string, string>

async function start(t: TestContext, env: Environment): Promise<{ url: string; process: ChildProcess }> {
  const known = { PORT: '0', PORTICO_APP_UID: 'app_1', PORTICO_APP_SECRET: secret, PORTICO_URL: 'http://127.0.0.1:9' }
  const child = spawn(process.execPath, [main], { env: { ...known, ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { ready, url } = JSON.parse(String(line)) as { ready: boolean; url: string }
  assert.equal(ready, true)
  return { url, process: child }
}

/** A request of the hub. Resolves to what it sees: null when the line is cut. */
async function fromHub(
  url: string,
  body: object,
  { method = 'POST', credential = 'demo-token-1', channel = 'cha_1a2b' } = {},
) {
  const [timestamp, text] = [Date.now(), JSON.stringify(body)]
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${credential}`,
    'x-front-request-timestamp': String(timestamp),
    'x-front-signature': createHmac('sha256', secret).update(`${timestamp}:${text}`).digest('base64'),
  }
  const answer = await fetch(`${url}/front?channel_id=${channel}`, { method, body: text, headers }).catch(() => null)
  return answer && { status: answer.status, text: await answer.text() }
}

const connect = (url: string, channel = 'cha_1a2b') =>
  fromHub(url, { type: 'authorization', payload: { channel_id: channel } })

const noor = { first_name: 'Noor', last_name: 'Haddad', email: 'noor@acme.example' }
const answerOf = (id: string, text: string, ids: string[] = ['chat-1'], handle = 'visitor-ivo') => ({
  type: 'message',
  payload: {
    id,
    text,
    author: noor,
    recipients: [
      { role: 'from', handle: 'chat', name: null },
      { role: 'to', handle, name: 'Ivo' },
    ],
  },
  metadata: { external_conversation_ids: ids },
})

const fromPage = (url: string, method: string, path: string, body: object, headers: Environment = { origin: url }) =>
  fetch(url + path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })

const saying = (id: string, text = 'Where is my parcel?') => ({
  ...{ id, text, channel_id: 'cha_1a2b', conversation_id: 'chat-1', handle: 'visitor-ivo', name: 'Ivo' },
})

const misbehave = (url: string, misbehaviour: string) => fromPage(url, 'PUT', '/misbehaviour', { misbehaviour })

/** What the page is told, from everything on. `until` reads on to an event that passes. */
async function listen(t: TestContext, url: string) {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const { body } = await fetch(`${url}/events`, { signal: stop.signal })
  const chunks = body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let text = ''
  type Told = PhoneChange | ({ type: 'everything' } & PhoneState)
  const next = async (): Promise<Told> => {
    for (let end = text.indexOf('\n\n'); end < 0; end = text.indexOf('\n\n'))
      text += (await chunks?.next())?.value ?? '\n\n'
    const [event = ''] = text.split('\n\n', 1)
    text = text.slice(event.length + 2)
    return event.startsWith('data: ') ? (JSON.parse(event.slice(6)) as Told) : next()
  }
  const until = async (passes: (event: Told) => boolean): Promise<Told> => {
    const event = await next()
    return passes(event) ? event : until(passes)
  }
  return { next, until }
}

async function stateOf(t: TestContext, url: string): Promise<PhoneState> {
  const event = await (await listen(t, url)).next()
  assert.ok(event.type === 'everything')
  return event
}

const isSaid = (state: string) => (event: { type: string }) =>
  event.type === 'conversation' && JSON.stringify(event).includes(`"state":"${state}"`)

test('what the customer writes is in the inbox, and shown as sending and then as sent', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  assert.equal((await fromPage(url, 'POST', '/messages', saying('said-1'))).status, 204)
  await page.until(isSaid('sending'))
  await page.until(isSaid('sent'))
  assert.deepEqual([hub.pushed.length, hub.pushed[0]?.path], [1, '/channels/cha_1a2b/inbound_messages'])
  const { delivered_at, ...body } = (hub.pushed[0]?.body ?? {}) as { delivered_at?: number }
  assert.ok(Math.abs(Date.now() / 1_000 - Number(delivered_at)) < 60)
  assert.deepEqual(body, {
    sender: { handle: 'visitor-ivo', name: 'Ivo' },
    body: 'Where is my parcel?',
    metadata: { external_id: 'said-1', external_conversation_id: 'chat-1' },
  })
})

test('a message that the hub refuses is shown as failed, with its words, and tried again under the same id', async (t) => {
  const hub = await aHub(t)
  hub.status = 400
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  await fromPage(url, 'POST', '/messages', saying('said-1'))
  assert.match(JSON.stringify(await page.until(isSaid('failed'))), /Body did not satisfy requirements/)
  hub.status = 202
  await fromPage(url, 'POST', '/messages', saying('said-1'))
  await page.until(isSaid('sent'))
  assert.deepEqual(
    hub.pushed.map(({ body }) => body.metadata.external_id),
    ['said-1', 'said-1'],
  )
})

test('a teammate’s answer appears with who wrote it, and a repeat of it does not appear twice', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const ids = { external_id: 'heard-msg_1', external_conversation_id: 'chat-1' }
  for (const _ of [1, 2])
    assert.deepEqual(JSON.parse((await fromHub(url, answerOf('msg_1', 'On its way')))?.text ?? ''), {
      type: 'success',
      ...ids,
    })
  const [conversation] = (await stateOf(t, url)).lines[0]?.conversations ?? []
  assert.deepEqual(conversation?.customer, { handle: 'visitor-ivo', name: 'Ivo' })
  assert.deepEqual(
    conversation?.messages.map((message) => ({ ...message, at: 0 })),
    [{ id: 'msg_1', from: 'company', text: 'On its way', at: 0, author: 'Noor Haddad' }],
  )
})

test('a message that begins a conversation goes to the customer it names, and is answered with an id to go on', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const first = JSON.parse((await fromHub(url, answerOf('msg_1', 'Hello', [])))?.text ?? '') as {
    external_conversation_id: string
  }
  const second = JSON.parse((await fromHub(url, answerOf('msg_2', 'Again', [])))?.text ?? '') as {
    external_conversation_id: string
  }
  const other = JSON.parse((await fromHub(url, answerOf('msg_3', 'Hello', [], 'visitor-amara')))?.text ?? '') as {
    external_conversation_id: string
  }
  assert.equal(second.external_conversation_id, first.external_conversation_id)
  assert.notEqual(other.external_conversation_id, first.external_conversation_id)
})

test('a token that does not begin with demo-token is refused in words, and nothing is connected', async (t) => {
  const { url } = await start(t, {})
  const answer = await fromHub(url, { type: 'authorization', payload: { channel_id: 'cha_1' } }, { credential: 'x' })
  assert.deepEqual([answer?.status, JSON.parse(answer?.text ?? '').type], [401, 'authentication_required'])
  assert.match(answer?.text ?? '', /demo-token/)
  assert.deepEqual((await stateOf(t, url)).lines, [])
})

test('each channel has a webhook URL of its own, and a deleted one leaves the phone', async (t) => {
  const { url } = await start(t, {})
  const urls = [await connect(url), await connect(url, 'cha_9z')].map(
    (answer) => JSON.parse(answer?.text ?? '').webhook_url as string,
  )
  assert.deepEqual(urls, [`${url}/front?channel_id=cha_1a2b`, `${url}/front?channel_id=cha_9z`])
  await fromHub(url, { type: 'delete', payload: { channel_id: 'cha_1a2b' } }, { method: 'DELETE' })
  assert.deepEqual(
    (await stateOf(t, url)).lines.map(({ channelId }) => channelId),
    ['cha_9z'],
  )
  assert.equal((await fromPage(url, 'POST', '/messages', saying('said-1'))).status, 400)
})

test('it misbehaves as its switch says, and the phone shows what really arrived', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const answers: Record<string, unknown> = {}
  for (const mode of ['error', '500', 'close', 'off']) {
    assert.equal((await misbehave(url, mode)).status, 204)
    const answer = await fromHub(url, answerOf(`msg_${mode}`, mode))
    answers[mode] = answer && [answer.status, answer.text && JSON.parse(answer.text).type]
  }
  assert.deepEqual(answers, { error: [400, 'bad_request'], 500: [500, ''], close: null, off: [200, 'success'] })
  const { lines, misbehaviour } = await stateOf(t, url)
  assert.deepEqual(
    lines[0]?.conversations[0]?.messages.map(({ text }) => text),
    ['close', 'off'],
  )
  assert.equal(misbehaviour, 'off')
})

test('switched to hang, it shows the message and keeps the hub waiting', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  await misbehave(url, 'hang')
  const page = await listen(t, url)
  const answer = fromHub(url, answerOf('msg_1', 'slowly'))
  await page.until(({ type }) => type === 'conversation')
  assert.equal(await Promise.race([answer, stateOf(t, url).then(() => 'still waiting')]), 'still waiting')
})

test('switched to duplicate, it pushes each message twice under one id', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  await misbehave(url, 'duplicate')
  const page = await listen(t, url)
  await fromPage(url, 'POST', '/messages', saying('said-1'))
  await page.until(isSaid('sent'))
  assert.deepEqual(
    hub.pushed.map(({ body }) => body.metadata.external_id),
    ['said-1', 'said-1'],
  )
})

test('a restart keeps channels and conversations, and pushes what was still being sent', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'))
  t.after(() => rm(folder, { recursive: true }))
  const PORTICO_SAMPLE_DATA = join(folder, 'phone.json')
  const before = await start(t, { PORTICO_SAMPLE_DATA })
  await connect(before.url)
  await fromHub(before.url, answerOf('msg_1', 'kept'))
  await fromPage(before.url, 'POST', '/messages', saying('said-1'))
  before.process.kill('SIGKILL')
  await once(before.process, 'exit')

  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_SAMPLE_DATA, PORTICO_URL: hub.url })
  const page = await listen(t, url)
  await page.until((event) => JSON.stringify(event).includes('"state":"sent"'))
  assert.deepEqual(
    hub.pushed.map(({ body }) => body.metadata.external_id),
    ['said-1'],
  )
  assert.deepEqual(JSON.parse(await readFile(PORTICO_SAMPLE_DATA, 'utf8')).lines[0].channelId, 'cha_1a2b')
})

test('a state file that is no JSON stops it with words, and is left as it is', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'phone.json')
  await writeFile(file, '{')
  const env = {
    PORTICO_APP_UID: 'app_1',
    PORTICO_APP_SECRET: secret,
    PORTICO_URL: 'http://x',
    PORTICO_SAMPLE_DATA: file,
  }
  const child = spawn(process.execPath, [main], { env, stdio: ['pipe', 'ignore', 'pipe'] })
  const [[words], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')])
  assert.match(String(words), /cannot be read/)
  assert.deepEqual([code, await readFile(file, 'utf8')], [1, '{'])
})

test('without its settings it says what to set', async () => {
  const child = spawn(process.execPath, [main], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  const [[words], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')])
  assert.match(String(words), /^PORTICO_URL is not set/)
  assert.equal(code, 1)
})

test('it ends when whoever started it lets go of its stdin, and on SIGTERM', async (t) => {
  const one = await start(t, {})
  one.process.stdin?.end()
  assert.deepEqual(await once(one.process, 'exit'), [0, null])
  const other = await start(t, {})
  other.process.kill('SIGTERM')
  assert.deepEqual(await once(other.process, 'exit'), [0, null])
})

test('it ends when its parent is killed', async (t) => {
  const script = `
    const { spawn } = require('node:child_process')
    spawn(process.execPath, [${JSON.stringify(main)}], { stdio: ['pipe', 'inherit', 'inherit'] })
    setInterval(() => {}, 1000)`
  const env = { PORTICO_APP_UID: 'app_1', PORTICO_APP_SECRET: secret, PORTICO_URL: 'http://x', PORT: '0' }
  const parent = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => parent.kill('SIGKILL'))
  const [line] = await once(parent.stdout, 'data')
  const { url } = JSON.parse(String(line)) as { url: string }
  assert.equal((await fetch(url)).status, 200)
  parent.kill('SIGKILL')
  // the sample holds the other end of this pipe too, so it closes when both are gone
  parent.stdout.resume()
  await once(parent.stdout, 'close')
  await assert.rejects(fetch(url))
})

test('the page runs only its own script and style, and is not framed', async (t) => {
  const { url } = await start(t, {})
  const response = await fetch(url)
  assert.match(
    response.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'/,
  )
  const html = await response.text()
  assert.doesNotMatch(html, /\son\w+=|style=|<script>|<style/)
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g))
    assert.equal((await fetch(new URL(path ?? '', url))).status, 200)
})

test('other sites can neither write for the customer nor read along', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const foreign: Environment[] = [{ origin: 'https://evil.example' }, {}, { origin: url, 'content-type': 'text/plain' }]
  for (const headers of foreign)
    assert.equal((await fromPage(url, 'POST', '/messages', saying(randomUUID()), headers)).status, 403)
  assert.deepEqual((await stateOf(t, url)).lines[0]?.conversations, [])
  const { port } = new URL(url)
  const { default: http } = await import('node:http')
  const status = await new Promise((resolve) => {
    http.get(
      { host: '127.0.0.1', port, path: '/events', headers: { host: `evil.example:${port}` } },
      ({ statusCode }) => resolve(statusCode),
    )
  })
  assert.equal(status, 421)
})

test('odd requests of the page are refused in words', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  for (const change of [
    { text: ' ' },
    { id: 7 },
    { name: 'x'.repeat(201) },
    { channel_id: 'cha_none' },
    { text: 'x'.repeat(50_001) },
  ])
    assert.equal((await fromPage(url, 'POST', '/messages', { ...saying('said-1'), ...change })).status, 400)
  assert.equal((await misbehave(url, 'explode')).status, 400)
  assert.equal((await fetch(`${url}/../src/main.ts`)).status, 404)
  assert.equal((await fetch(`${url}/constructor`)).status, 404)
})
