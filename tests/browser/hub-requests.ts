import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

interface Told {
  request: IncomingMessage
  response: ServerResponse
}

/** What a browser asks of a hub in this process; the hub sees all of it, also what no page tells of, such as an icon. */
export class HubRequests {
  readonly #port: number
  #asked: string[] = []
  #underWay = 0
  #changedAt = performance.now()

  constructor(port: number) {
    this.#port = port
    subscribe('http.server.request.start', this.#onStart)
  }

  /** Those since the last call, as method and address. */
  take(): string[] {
    const asked = this.#asked
    this.#asked = []
    return asked
  }

  /** Resolves when nothing is asked and nothing was for so long from now on. */
  async rest(quietMs: number): Promise<void> {
    const since = performance.now()
    const quietFor = () => performance.now() - Math.max(since, this.#changedAt)
    while (this.#underWay > 0 || quietFor() < quietMs) await wait(10)
  }

  end(): void {
    unsubscribe('http.server.request.start', this.#onStart)
  }

  readonly #onStart = (message: unknown) => {
    const { request, response } = message as Told
    const path = (request.url ?? '').split('?')[0] ?? ''
    // a stream that stays open, and what the bench itself asks other servers for
    if (request.socket.localPort !== this.#port || path === '/stream') return
    this.#asked.push(`${request.method} ${request.url}`)
    this.#underWay++
    this.#changedAt = performance.now()
    response.once('close', () => {
      this.#underWay--
      this.#changedAt = performance.now()
    })
  }
}

/** What a request is for, whichever the things are. */
export function withoutIds(asked: string): string {
  return asked.replace(/\?.*/, '').replaceAll(/\/[a-z]{3}_[a-z0-9]+/g, '/…')
}
