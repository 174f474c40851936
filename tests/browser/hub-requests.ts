import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

interface Told {
  request: IncomingMessage
  response: ServerResponse
}

/** Records the requests of a browser at the hub, in this process; so it also sees requests that no page reports, such as an icon's. */
export class HubRequests {
  readonly #port: number
  #asked: string[] = []
  #underWay = 0
  #changedAt = performance.now()

  constructor(port: number) {
    this.#port = port
    subscribe('http.server.request.start', this.#onStart)
  }

  /** The requests since the last call, as method and address. */
  take(): string[] {
    const asked = this.#asked
    this.#asked = []
    return asked
  }

  /** Resolves when no request is in flight and none arrived for so many milliseconds. */
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
    // the event stream stays open, and the bench itself calls other servers
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

/** The request with its ids replaced, so that requests of one kind are equal. */
export function withoutIds(asked: string): string {
  return asked.replace(/\?.*/, '').replaceAll(/\/[a-z]{3}_[a-z0-9]+/g, '/…')
}
