import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createSecretKey } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { sign, verifyChannelToken } from '@portico/protocol'

const programsOf = (path: string) => {
  const page = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
  return [...page.matchAll(/^```js (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => ({ name, code }))
}
const programs = programsOf('docs/build-a-channel.md')
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

  test(`${name} of docs/build-a-channel.md knows its channel after a restart`, async (t) => {
    const hub = await aHub(t)
    const first = await run(t, name, code, hub.url)
    await fromHub(first.url, { type: 'authorization', payload: { channel_id: 'cha_1a2b' } })
    const second = await run(t, name, code, hub.url, first.folder)
    second.type('Still there?')
    assert.match(await second.says(), /in the inbox/)
    assert.equal((hub.pushed as [Pushed])[0].path, '/channels/cha_1a2b/inbound_messages')
  })
}

test('the program of README.md answers the hub, and pushes', async (t) => {
  const [{ name, code }] = programsOf('README.md') as [{ name: string; code: string }]
  const hub = await aHub(t)
  const push = "\nawait customerWrote('cha_1a2b', { id: 'm-1', from: 'ada', text: 'Where is my parcel?' })"
  const program = await run(
    t,
    name,
    `${code.replace('8080', 'process.env.PORT')}\nconsole.log('Listening')${push}`,
    hub.url,
  )
  await hub.untilPushed(1)
  const [{ path, message }] = hub.pushed as [Pushed]
  assert.deepEqual([path, message.body], ['/channels/cha_1a2b/inbound_messages', 'Where is my parcel?'])
  const payload = { id: 'msg_1', text: 'On its way', recipients: [{ role: 'from' }, { role: 'to', handle: 'ada' }] }
  const answer = { type: 'message', payload, metadata: { external_conversation_ids: ['ada'] } }
  const { body } = await fromHub(`${program.url}?channel_id=cha_1a2b`, answer)
  assert.deepEqual(body, { type: 'success', external_id: 'msg_1' })
  assert.equal(await program.says(), 'To ada: On its way')
})

test('the table of docs/build-a-channel.md has the errors of Node for a missing SDK or TypeScript', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-docs-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const page = readFileSync(new URL('../../../docs/build-a-channel.md', import.meta.url), 'utf8')
  const symptoms = Array.from(page.matchAll(/^\| (.+?) +\|/gm), ([, symptom = '']) => symptom)
  const errorOf = (file: string, code: string, ...options: string[]) => {
    writeFileSync(join(folder, file), code)
    const env = { PATH: process.env.PATH }
    const { stderr } = spawnSync(process.execPath, [...options, file], { cwd: folder, env, encoding: 'utf8' })
    return /code: '(ERR_\w+)'/.exec(stderr)?.[1] ?? stderr
  }
  const withoutSdk = errorOf('terminal.mjs', programs[0]?.code ?? '')
  assert.ok(symptoms.includes(`\`${withoutSdk}\`: \`@portico/channel\``), withoutSdk)
  // the behaviour of Node before 22.18
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const withoutTypes = errorOf('terminal.ts', 'const port: number = 8080', '--no-experimental-strip-types')
  assert.ok(symptoms.includes(`\`${withoutTypes}\` \`".ts"\``), withoutTypes)
})

interface Pushed {
  path: string | undefined
  token: string
  message: { body: string }
}

async function aHub(t: TestContext) {
  const pushed: Pushed[] = []
  const arrivals = new EventEmitter()
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    pushed.push({ path: request.url, token: request.headers.authorization?.slice(7) ?? '', message: JSON.parse(text) })
    arrivals.emit('pushed')
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"accepted","message_uid":"00"}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const untilPushed = async (count: number) => {
    while (pushed.length < count) await once(arrivals, 'pushed')
  }
  return { pushed, untilPushed, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Runs a program of the page in a folder of the checkout, and reads and writes its terminal. */
async function run(t: TestContext, name: string, code: string, hub: string, where?: string) {
  const folder = where ?? mkdtempSync(join(import.meta.dirname, '../.docs-'))
  if (!where) t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), code)
  const port = await freePort()
  const env = { PORT: String(port), PORTICO_URL: hub, PORTICO_APP_UID: 'app_1', PORTICO_APP_SECRET: secret }
  const child = spawn(process.execPath, [join(folder, name)], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const says = async () => String((await lines.next()).value)
  assert.equal(await says(), 'Listening')
  return { folder, url: `http://127.0.0.1:${port}/`, says, type: (line: string) => child.stdin.write(`${line}\n`) }
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
