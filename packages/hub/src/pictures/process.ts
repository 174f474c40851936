import { type ChildProcess, fork } from 'node:child_process'
import type { Runner } from '../bodies/thread-pool.ts'

/**
 * Pictures are decoded in a process of their own: the decoders are written in C, and what one breaks or uses up is not the
 * hub's. It has nothing of the hub's environment, and can be ended in the middle of its work, which a thread cannot.
 */
export function decodingProcess(): Runner {
  const child = fork(new URL('./decode.ts', import.meta.url), {
    serialization: 'advanced',
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: process.execArgv.filter((option) => !option.startsWith('--inspect') && !option.startsWith('--test')),
  })
  return new ProcessRunner(child)
}

class ProcessRunner implements Runner {
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
  }

  on(event: string, hear: (...heard: never[]) => void): void {
    this.#child.on(event, hear as () => void)
  }

  postMessage(input: unknown): void {
    // one that ends just now says so by its exit
    this.#child.send(input as Buffer, () => undefined)
  }

  terminate(): void {
    this.#child.kill('SIGKILL')
  }

  ref(): void {
    this.#child.ref()
    this.#child.channel?.ref()
  }

  unref(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }
}
