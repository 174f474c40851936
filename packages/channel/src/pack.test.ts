import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildPackage } from '../../../scripts/build-package.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'portico-pack-'))
after(() => rmSync(folder, { recursive: true }))

const npm = (args: string[]) =>
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
const tarballs = ['protocol', 'channel'].map((name) => {
  const [packed] = JSON.parse(npm(['pack', buildPackage(name), '--json', '--loglevel=error'])) as { filename: string }[]
  return `./${packed?.filename}`
})
writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
npm(['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs])

test('the SDK depends on the protocol only, and neither package has sources or tests', () => {
  const modules = join(folder, 'node_modules')
  assert.deepEqual(
    readdirSync(modules).filter((name) => !name.startsWith('.')),
    ['@portico'],
  )
  assert.deepEqual(readdirSync(join(modules, '@portico')).sort(), ['channel', 'protocol'])
  const files = readdirSync(modules, { recursive: true }).map(String)
  assert.deepEqual(
    files.filter((file) => /test|(?<!\.d)\.ts$/.test(file)),
    [],
  )
  for (const name of ['LICENSE', 'README.md']) assert.ok(existsSync(join(modules, '@portico/channel', name)))
})

test('the published core imports nothing from Node, so that it runs anywhere', () => {
  const read = new Set<string>()
  const follow = (file: string) => {
    if (read.has(file)) return
    read.add(file)
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^'"]* from ["']([^"']+)["']/gm,
    )) {
      assert.doesNotMatch(specifier, /^node:/, file)
      follow(createRequire(file).resolve(specifier))
    }
  }
  follow(join(folder, 'node_modules/@portico/channel/index.js'))
  assert.ok(read.size > 8)
})

/** A channel on a free port that refuses a bad signature, answers a good one, and pushes to a hub that is this process. */
const script = `
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { ChannelError, defineChannel } from '@portico/channel'
import { expressHandler } from '@portico/channel/express'
import { nodeListener } from '@portico/channel/node'
import { errorCatalogue, messageUid, parseMessageUid, sign, verifyChannelToken } from '@portico/protocol'
import { createSecretKey } from 'node:crypto'

const listen = async (listener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: 'http://127.0.0.1:' + server.address().port, close: () => (server.closeAllConnections(), server.close()) }
}
const secret = 'test-app-secret-000000000000000001'
const hub = await listen(async (request, response) => {
  const keys = [createSecretKey(secret, 'utf8')]
  const { ok } = verifyChannelToken(request.headers.authorization.slice(7), { keys, issuers: ['app_1'] })
  response.writeHead(ok ? 202 : 401).end(JSON.stringify({ status: 'accepted', message_uid: messageUid(7) }))
})
const chat = defineChannel({
  id: 'app_1', secret, hub: hub.url,
  onAuthorize() {},
  onMessage: ({ payload }) => ({ external_id: payload.text }),
  onDelete() { throw new ChannelError('not_found', 'No such channel.') },
})
const server = await listen(nodeListener(chat))
const send = async (by, body) => {
  const headers = { 'x-front-request-timestamp': Date.now(), 'x-front-signature': sign(by, Date.now(), body) }
  headers['x-front-signature'] = sign(by, headers['x-front-request-timestamp'], body)
  return (await fetch(server.url + '?channel_id=cha_1', { method: 'POST', body, headers })).json()
}
const message = JSON.stringify({ type: 'message', payload: { text: 'é' }, metadata: { external_conversation_ids: [] } })
assert.deepEqual(await send(secret, message), { type: 'success', external_id: 'é' })
assert.equal((await send('another', message)).type, 'authentication_required')
assert.equal((await send(secret, '{"type":"ping"}')).type, 'bad_request')
const metadata = { external_id: 'm-1', external_conversation_id: 'c-1' }
const { message_uid } = await chat.channel('cha_1').receive({ sender: { handle: 'ivo' }, body: 'Hi', metadata })
assert.equal(parseMessageUid(message_uid), 7)
assert.equal(typeof expressHandler(chat), 'function')
assert.equal(errorCatalogue.not_found.status, 404)
server.close()
hub.close()
console.log(process.version)
`
writeFileSync(join(folder, 'script.mjs'), script)

for (const major of [20, 24]) {
  const node = findNode(major)
  test(`both packages work from npm on Node ${major}`, { skip: node ? false : `no Node ${major} on the PATH` }, () => {
    const output = execFileSync(node ?? '', ['script.mjs'], { cwd: folder, encoding: 'utf8' })
    assert.match(output, new RegExp(`^v${major}\\.`))
  })
}

/** The Node of this major version: the one that runs us, or one of the machine, outside every node_modules. */
function findNode(major: number): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'))
  const nodes = [process.execPath, ...['/usr/local/bin', ...folders].map((path) => join(path, 'node'))]
  return nodes.filter(existsSync).find((node) => {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' })
    return version.startsWith(`v${major}.`)
  })
}

const consumers: Record<string, { text: string; types: string }> = {
  'worker.ts': {
    types: '',
    text: `import { ChannelError, type ChannelHandlers, defineChannel, HubRefusal, type MessagePayload } from '@portico/channel'
const handlers: ChannelHandlers = {
  onAuthorize: async ({ credential }) => { if (!credential) throw new ChannelError('forbidden', 'No token.') },
  onMessage: ({ payload, metadata }) => ({ external_id: text(payload), external_conversation_id: metadata.external_conversation_ids[0] }),
  onDelete() {},
}
const text = (payload: MessagePayload): string => payload.author?.first_name ?? payload.text
export default defineChannel({ id: 'app_1', secret: ['new', 'old'], ...handlers })
export const isOurs = (error: unknown) => error instanceof HubRefusal && error.code === 'invalid_body'
// @ts-expect-error only the types of refusal that the protocol has
new ChannelError('oops', '')
`,
  },
  'server.ts': {
    types: 'node',
    text: `import { createServer } from 'node:http'
import { defineChannel } from '@portico/channel'
import { nodeListener } from '@portico/channel/node'
import { type ErrorCode, publicId } from '@portico/protocol'
createServer(nodeListener(defineChannel({ id: 'app_1', secret: 's', onAuthorize() {}, onMessage() {}, onDelete() {} })))
export const code: ErrorCode = 'not_found'
publicId('cha', 1, 1)
// @ts-expect-error no such prefix
publicId('xyz', 1, 1)
`,
  },
}

for (const [name, { text, types }] of Object.entries(consumers)) {
  test(`the published types hold, without the compiler looking away: ${name}`, () => {
    writeFileSync(join(folder, name), text)
    const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom,dom.iterable',
    ]
    const visible = ['--typeRoots', join(root, 'node_modules/@types'), ...(types ? ['--types', types] : [])]
    execFileSync(process.execPath, [compiler, ...options, ...visible, name], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  })
}
