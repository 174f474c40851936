import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '../..')

/** A process that runs `portico …`. */
export interface PorticoProcess {
  child: ChildProcess
  /** The output so far, of both streams. */
  output(): string
  /** Resolves when the banner was printed; rejects with the output when the process ends before. */
  ready(): Promise<Banner>
  /** The exit code, or the signal that ended the process. */
  ended: Promise<number | NodeJS.Signals>
}

export interface Banner {
  url: string
  customer: string | null
  token: string | null
  data: string
}

export interface SpawnOptions {
  uid?: number
  gid?: number
  /** The checkout, if not this one. */
  root?: string
  /** The Node binary that runs it; by default the one that runs the test. */
  node?: string
  /** Its standard input; by default it has none. */
  input?: string
}

/** Runs the command with these settings, and without the environment of this process. */
export function spawnPortico(args: string[], env: NodeJS.ProcessEnv, options: SpawnOptions = {}): PorticoProcess {
  const { root = checkout, node = process.execPath, input, ...account } = options
  const child = spawn(node, [join(root, 'packages/cli/bin/portico.js'), ...args], {
    ...account,
    cwd: '/',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const ready = async () => {
    while (!/Stop {3,}Ctrl-C/.test(text)) {
      const more = child.stdout ? once(child.stdout, 'data') : Promise.resolve()
      const isOver = await Promise.race([more.then(() => false), ended.then(() => true)])
      if (isOver && !/Stop {3,}Ctrl-C/.test(text)) throw new Error(`portico ended: ${text}`)
    }
    return readBanner(text)
  }
  return { child, output: () => text, ready, ended }
}

function readBanner(text: string): Banner {
  const find = (label: string) => new RegExp(`${label} {3,}(\\S+)`).exec(text)?.[1] ?? null
  const token = find('API token')
  return {
    url: (find('The inbox') ?? '').replace(/\/app$/, ''),
    customer: find('Be the customer'),
    token: token?.startsWith('prt_') ? token : null,
    data: find('The data') ?? '',
  }
}

/** Makes an empty folder that others can enter, unless `mode` says otherwise. `remove` also removes a database that lies elsewhere. */
export function temporaryDirectory(mode = 0o755): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'portico-try-'))
  chmodSync(path, mode)
  const remove = () => {
    const elsewhere = join(path, 'postgres.path')
    if (existsSync(elsewhere)) rmSync(readFileSync(elsewhere, 'utf8').trim(), { recursive: true, force: true })
    rmSync(path, { recursive: true, force: true })
  }
  return { path, remove }
}
