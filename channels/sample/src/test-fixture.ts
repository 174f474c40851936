import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { PhoneChange, PhoneState } from './phone.ts'

export const secret = 'test-app-secret-000000000000000001'
export const main = new URL('main.ts', import.meta.url).pathname

/** The network peer: a hub that stores pushed messages, or gives the answers that a test sets. */
export async function aHub(t: TestContext) {
  const pushed: {
    path: string | undefined
    body: { body: string; sender: object; metadata: { external_id: string } }
  }[] = []
  const hub = { pushed, url: '', status: 202, receipts: [] as [string | undefined, string][] }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    if (request.method === 'GET')
      return void response.end(`${request.url} for ${request.headers.authorization?.slice(0, 7)}`)
    if (request.url?.endsWith('/status')) {
      hub.receipts.push([request.url, JSON.parse(text).status])
      return void response.writeHead(204).end()
    }
    pushed.push({ path: request.url, body: await bodyOf(text, request.headers['content-type'] ?? '') })
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

const bodyOf = async (text: string, type: string) =>
  type.startsWith('multipart/form-data')
    ? Object.fromEntries(await new Response(text, { headers: { 'content-type': type } }).formData())
    : JSON.parse(text)

export type Environment = Record<string, string>

export async function start(t: TestContext, env: Environment): Promise<{ url: string; process: ChildProcess }> {
  const known = { PORT: '0', PORTICO_APP_UID: 'app_1', PORTICO_APP_SECRET: secret, PORTICO_URL: 'http://127.0.0.1:9' }
  const child = spawn(process.execPath, [main], { env: { ...known, ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { ready, url } = JSON.parse(String(line)) as { ready: boolean; url: string }
  assert.equal(ready, true)
  return { url, process: child }
}

/** Sends a request as the hub does. Resolves to the answer, or to null when the connection is cut. */
export async function fromHub(
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

export const connect = (url: string, channel = 'cha_1a2b') =>
  fromHub(url, { type: 'authorization', payload: { channel_id: channel } })

const noor = { first_name: 'Noor', last_name: 'Haddad', email: 'noor@acme.example' }
export const answerOf = (id: string, text: string, ids: string[] = ['chat-1'], handle = 'visitor-ivo') => ({
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

export const fromPage = (
  url: string,
  method: string,
  path: string,
  body: object,
  headers: Environment = { origin: url },
) =>
  fetch(url + path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })

export const newMessage = (id: string, text = 'Where is my parcel?') => ({
  ...{ id, text, channel_id: 'cha_1a2b', conversation_id: 'chat-1', handle: 'visitor-ivo', name: 'Ivo' },
})

export const misbehave = (url: string, misbehaviour: string) => fromPage(url, 'PUT', '/misbehaviour', { misbehaviour })

/** Reads the page's events from the whole state on. `until` reads up to an event that passes. */
export async function listen(t: TestContext, url: string) {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const { body } = await fetch(`${url}/events`, { signal: stop.signal })
  const chunks = body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let text = ''
  type PageEvent = PhoneChange | ({ type: 'everything' } & PhoneState)
  const next = async (): Promise<PageEvent> => {
    for (let end = text.indexOf('\n\n'); end < 0; end = text.indexOf('\n\n'))
      text += (await chunks?.next())?.value ?? '\n\n'
    const [event = ''] = text.split('\n\n', 1)
    text = text.slice(event.length + 2)
    return event.startsWith('data: ') ? (JSON.parse(event.slice(6)) as PageEvent) : next()
  }
  const until = async (passes: (event: PageEvent) => boolean): Promise<PageEvent> => {
    const event = await next()
    return passes(event) ? event : until(passes)
  }
  return { next, until }
}

export async function stateOf(t: TestContext, url: string): Promise<PhoneState> {
  const event = await (await listen(t, url)).next()
  assert.ok(event.type === 'everything')
  return event
}

export const isInState = (state: string) => (event: { type: string }) =>
  event.type === 'conversation' && JSON.stringify(event).includes(`"state":"${state}"`)
