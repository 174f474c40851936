import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestDatabase } from './database.ts'
import { testMasterKey } from './hub.ts'

/** A hub process on a fixed port that a test can kill and start again. It ends with this process at the latest. */
export class SpawnedHub {
  readonly url: string
  kills = 0
  readonly #db: Pick<TestDatabase, 'url'>
  readonly #port: number
  readonly #data: string
  #child: ChildProcess | undefined

  private constructor(db: Pick<TestDatabase, 'url'>, port: number, data: string) {
    this.#db = db
    this.#data = data
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** @param data its data folder, if it is not to be one of its own */
  static async start(db: Pick<TestDatabase, 'url'>, data = ownFolder()): Promise<SpawnedHub> {
    const hub = new SpawnedHub(db, await freePort(), data)
    await hub.start()
    return hub
  }

  async start(): Promise<void> {
    const child = fork(
      join(import.meta.dirname, 'hub-process.ts'),
      [this.#db.url, String(this.#port), testMasterKey.toString('hex'), this.#data],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    this.#child = child
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the hub ended with ${code} before it was ready`)
      }),
    ])
  }

  /** Sends SIGSTOP: the hub neither sends nor receives until `resume`. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Shifts the hub's wall clock, and not its monotonic clock. */
  async shiftClock(ms: number): Promise<void> {
    const child = this.#child
    if (!child) return
    const answered = once(child, 'message')
    child.send({ shiftMs: ms })
    await answered
  }

  /** Sends SIGKILL: no hook runs, nothing is flushed. */
  async kill(): Promise<void> {
    this.kills++
    await this.#end('SIGKILL')
  }

  /** Sends SIGTERM. Resolves with the exit code and the time that the end took, in milliseconds. */
  async terminate(): Promise<{ code: number | null; ms: number }> {
    const began = performance.now()
    const code = await this.#end('SIGTERM')
    return { code, ms: performance.now() - began }
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return null
    const ended = once(child, 'exit')
    child.kill(signal)
    // a paused process does not handle the signal
    child.kill('SIGCONT')
    const [code] = await ended
    return code
  }
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portico-data-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
