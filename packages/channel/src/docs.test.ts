import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { sign, verifyChannelToken } from '@portico/protocol'

const page = readFileSync(new URL('../../../docs/build-a-channel.md', import.meta.url), 'utf8')
const programs = [...page.matchAll(/^```js (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => ({
  name,
  code,
}))
const secret = 'test-app-secret-000000000000000001'

test('the page has the program with the SDK and the one without', () => {
  assert.deepEqual(
    programs.map(({ name }) => name),
    ['terminal.mjs', 'bare.mjs'],
  )
  assert.doesNotMatch(programs[1]?.code ?? '', /@portico/)
})

for (const { name, code } of programs) {
  test(`${name} of docs/build-a-channel.md is a channel`, async (t) => {
    const hub = await aHub(t)
    const program = await run(t, name, code, hub.url)

    const authorization = { type: 'authorization', payload: { channel_id: 'cha_1a2b' } }
    assert.equal((await fromHub(program.url, authorization, 'another-secret')).status, 401)
    program.type('too early')
    assert.match(await program.says(), /no channel is connected/)
    const { body: authorized } = await fromHub(program.url, authorization)
    assert.equal(authorized.type, 'success')

    program.type('Where is my parcel?')
    assert.match(await program.says(), /in the inbox/)
    const [{ path, token, message }] = hub.pushed as [Pushed]
    assert.equal(path, '/channels/cha_1a2b/inbound_messages')
    assert.ok(verifyChannelToken(token, { keys: [createSecretKey(secret, 'utf8')], issuers: ['app_1'] }).ok)
    assert.equal(message.body, 'Where is my parcel?')

    const webhook = typeof authorized.webhook_url === 'string' ? authorized.webhook_url : program.url
    const payload = { id: 'msg_1', text: 'On its way 🚚', author: { first_name: 'Noor' } }
    const answer = { type: 'message', payload, metadata: { external_conversation_ids: ['my-terminal'] } }
    assert.deepEqual((await fromHub(webhook, answer)).body, {
      ...{ type: 'success', external_id: 'msg_1', external_conversation_id: 'my-terminal' },
    })
    assert.equal(await program.says(), 'Noor: On its way 🚚')

    const { status, body } = await fromHub(webhook, { type: 'ping', payload: {} })
    assert.deepEqual([status, body.type], [200, 'bad_request'])
    const deletion = { type: 'delete', payload: { channel_id: 'cha_1a2b' } }
    assert.equal((await fromHub(webhook, deletion, secret, 'DELETE')).body.type, 'success')
    program.type('anybody there?')
    assert.match(await program.says(), /no channel is connected/)
  })
}

interface Pushed {
  path: string | undefined
  token: string
  message: { body: string }
}

async function aHub(t: TestContext) {
  const pushed: Pushed[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    pushed.push({ path: request.url, token: request.headers.authorization?.slice(7) ?? '', message: JSON.parse(text) })
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"accepted","message_uid":"00"}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { pushed, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Runs a program in a folder of the checkout, as the page says, and talks to it over its terminal. */
async function run(t: TestContext, name: string, code: string, hub: string) {
  const folder = mkdtempSync(join(import.meta.dirname, '../.docs-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), code)
  const port = await freePort()
  const env = { PORT: String(port), PORTICO_URL: hub, PORTICO_APP_UID: 'app_1', PORTICO_APP_SECRET: secret }
  const child = spawn(process.execPath, [join(folder, name)], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const says = async () => String((await lines.next()).value)
  assert.equal(await says(), 'Listening')
  return { url: `http://127.0.0.1:${port}/`, says, type: (line: string) => child.stdin.write(`${line}\n`) }
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function fromHub(url: string, request: object, by = secret, method = 'POST') {
  const [timestamp, body] = [Date.now(), JSON.stringify(request)]
  const signature = { 'x-front-request-timestamp': String(timestamp), 'x-front-signature': sign(by, timestamp, body) }
  const answer = await fetch(url, { method, body, headers: { 'content-type': 'application/json', ...signature } })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
