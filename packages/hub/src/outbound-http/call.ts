import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { AddressRules } from './addresses.ts'
import { endpointOf } from './endpoint.ts'
import { type NothingLeft, tooLate, type UnknownFate, whyNothingLeft, whyUnknown } from './failure.ts'
import { poolFor } from './pools.ts'
import { type Credential, signedHeaders } from './signed-headers.ts'

/** What a channel server makes of one request (dossier 3.7). Times in milliseconds. */
export type CallResult = Answer | NothingLeft | UnknownFate

export interface Answer {
  kind: 'answer'
  status: number
  headers: IncomingHttpHeaders
  /** Its first 64 KiB, read as UTF-8. */
  bodyText: string
  durationMs: number
}

export interface ChannelServerCall extends Credential {
  url: string
  method: 'POST' | 'DELETE'
  /** The exact bytes that are signed and sent: one JSON.stringify, made elsewhere. */
  body: string | Buffer
  /** Over name lookup, connect (3 s at most), TLS, sending, headers and body together. 7,000 unless told. */
  deadlineMs?: number
  /** Who shares connections: one key a channel. */
  agentKey: string
  /** How many of that key's requests may be in flight; the rest wait inside their deadline. 4 unless told. */
  connections?: number
  /** Asked when the connection stands, right before the first byte is written. Always, unless told. */
  mayLeave?: () => boolean
  allow: AddressRules
}

const READ_LIMIT = 64 * 1024
const utf8 = new TextDecoder()

/**
 * One signed request to a channel server. Never throws for anything the network or the server does, follows no
 * redirect, repeats nothing: what is known about its fate is the result.
 */
export function callChannelServer(call: ChannelServerCall): Promise<CallResult> {
  const endpoint = endpointOf(call.url, call.allow)
  if ('code' in endpoint) {
    const code = endpoint.code === 'loop' ? 'loop' : 'blocked_address'
    return Promise.resolve({ kind: 'nothing_left', code, message: endpoint.message, durationMs: 0 })
  }
  const { origin, path, isTls } = endpoint
  const pool = poolFor(call.allow, call.agentKey, origin, call.connections ?? 4)
  const request = { path, method: call.method, headers: signedHeaders(call), body: call.body }
  return new Promise((resolve) => {
    pool.dispatch(request, new Exchange(call, isTls, resolve))
  })
}

/** Listens to one request. It settles once: what comes after the deadline is not heard. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #startedAt = performance.now()
  readonly #deadline: NodeJS.Timeout
  readonly #isTls: boolean
  readonly #mayLeave: () => boolean
  readonly #resolve: (result: CallResult) => void
  #controller: Dispatcher.DispatchController | undefined
  #isSettled = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []
  #size = 0

  constructor(
    { deadlineMs = 7_000, mayLeave = () => true }: Pick<ChannelServerCall, 'deadlineMs' | 'mayLeave'>,
    isTls: boolean,
    resolve: (result: CallResult) => void,
  ) {
    this.#isTls = isTls
    this.#mayLeave = mayLeave
    this.#resolve = resolve
    this.#deadline = setTimeout(() => this.#giveUp(deadlineMs), deadlineMs)
  }

  /** Called right before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#isSettled && !this.#mayLeave()) this.#settle(tooLate(this.#elapsed()))
    this.#controller = controller
    if (this.#isSettled) controller.abort(new Error('its time has passed'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size < READ_LIMIT) return
    this.#answer()
    controller.abort(new Error('the answer is longer than anybody reads'))
  }

  onResponseEnd(): void {
    this.#answer()
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const durationMs = this.#elapsed()
    this.#settle(this.#controller ? whyUnknown(error, durationMs) : whyNothingLeft(error, this.#isTls, durationMs))
  }

  #answer(): void {
    const bodyText = utf8.decode(Buffer.concat(this.#chunks).subarray(0, READ_LIMIT))
    this.#settle({
      kind: 'answer',
      status: this.#status,
      headers: this.#headers,
      bodyText,
      durationMs: this.#elapsed(),
    })
  }

  #giveUp(deadlineMs: number): void {
    const durationMs = this.#elapsed()
    const within = `within ${deadlineMs / 1000} s`
    this.#settle(
      this.#controller
        ? {
            kind: 'unknown_fate',
            code: 'timeout',
            message: `The channel's server did not answer ${within}.`,
            durationMs,
          }
        : {
            kind: 'nothing_left',
            code: 'connect_timeout',
            message: `No connection to the channel's server ${within}.`,
            durationMs,
          },
    )
    this.#controller?.abort(new Error('its deadline has passed'))
  }

  #settle(result: CallResult): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#deadline)
    this.#resolve(result)
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedAt)
  }
}
