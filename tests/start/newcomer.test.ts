import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { type Banner, type PorticoProcess, spawnPortico, temporaryDirectory } from '../harness/portico.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/build-a-channel.md'), 'utf8')
const [install, keep, register, serve, connect] = Array.from(
  page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
  ([, lines]) => lines!,
)
const program = /^```js terminal\.mjs\n([\s\S]*?)^```$/m.exec(page)![1]!

describe('docs/build-a-channel.md, word for word, in an empty folder', () => {
  const data = temporaryDirectory()
  const folder = temporaryDirectory()
  let hub: PorticoProcess
  let banner: Banner
  let port: number
  let server: ChildProcess
  let lines: AsyncIterator<string>
  before(async () => {
    hub = spawnPortico(['start'], { PORT: '0', PORTICO_DATA: data.path })
    banner = await hub.ready()
    port = await freePort()
  })
  after(async () => {
    server?.kill()
    hub.child.kill('SIGTERM')
    await hub.ended
    data.remove()
    folder.remove()
  })

  // a terminal of somebody who has Node and npm, and nothing of the checkout
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const here = (text: string) =>
    text
      .replaceAll('http://127.0.0.1:4000', banner.url)
      .replaceAll('http://127.0.0.1:8080', `http://127.0.0.1:${port}`)
      .replace('prt_…', banner.token ?? '')
  const run = (text: string) =>
    execFileSync('bash', ['-e', '-c', here(text)], { cwd: folder.path, env, encoding: 'utf8' })

  it('installs the SDK and the command from the hub alone', () => {
    run(install!)
    const lock = JSON.parse(readFileSync(join(folder.path, 'package-lock.json'), 'utf8'))
    const from = Object.values<{ resolved?: string; inBundle?: true }>(lock.packages).filter(
      ({ inBundle }) => !inBundle,
    )
    for (const { resolved } of from) if (resolved) assert.ok(resolved.startsWith(banner.url), resolved)
  })

  it('registers the type, and keeps its secret out of the terminal', () => {
    run(keep!)
    const printed = run(register!)
    assert.match(printed, /App UID {2}app_\w+/)
    const kept = readFileSync(join(folder.path, '.env'), 'utf8')
    const secret = /^PORTICO_APP_SECRET=(\S+)$/m.exec(kept)?.[1]
    assert.ok(secret && !printed.includes(secret))
  })

  it('starts the server, adds the channel, and messages arrive on both sides', async () => {
    writeFileSync(join(folder.path, 'terminal.mjs'), program)
    server = spawn('bash', ['-c', `exec ${serve}`], {
      cwd: folder.path,
      env: { ...env, PORT: String(port) },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    lines = createInterface({ input: server.stdout! })[Symbol.asyncIterator]()
    const nextLine = async () => (await lines.next()).value
    assert.equal(await nextLine(), 'Listening')

    const [list, add] = connect!.trim().split('\n')
    const [inbox] = /inb_\w+/.exec(run(list!))!
    assert.match(run(add!.replace('inb_…', inbox)), /^cha_\w+ {2}My terminal/)

    server.stdin!.write('Hello from the terminal\n')
    assert.equal(await nextLine(), '(in the inbox)')
    const headers = { authorization: `Bearer ${banner.token}`, 'content-type': 'application/json' }
    const { _results } = (await (await fetch(`${banner.url}/conversations`, { headers })).json()) as {
      _results: { id: string; recipient: { handle: string } }[]
    }
    const conversation = _results.find(({ recipient }) => recipient.handle === 'me@terminal')
    const body = JSON.stringify({ body: 'Hello back' })
    await fetch(`${banner.url}/conversations/${conversation?.id}/messages`, { method: 'POST', headers, body })
    assert.equal(await nextLine(), 'Support: Hello back')
  })

  it('names the commands of the installed package that need a checkout', () => {
    const start = () => run('npx @portico/cli start 2>&1')
    assert.throws(start, (error: { stdout: string }) => /use it in the checkout of Portico/.test(error.stdout))
  })
})

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  listener.close()
  await once(listener, 'close')
  return port
}
