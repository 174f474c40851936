import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { AddressRules } from './addresses.ts'
import { endpointOf } from './endpoint.ts'
import { type Ambiguous, isOurMistake, type NotSent, notCalled, tooLate, whyAmbiguous, whyNotSent } from './failure.ts'
import { poolFor } from './pools.ts'
import { READ_LIMIT, readBody } from './read-body.ts'
import { type SignedCall, signedHeaders } from './signed-headers.ts'

/** The result of a request to a channel server. Times in milliseconds. */
export type CallResult = Answer | NotSent | Ambiguous

export interface Answer {
  kind: 'answer'
  status: number
  headers: AnswerHeaders
  /** The first 64 KiB of the body, decompressed, as text. */
  bodyText: string
  /** The body is nothing that can be read as text; `bodyText` is then empty. */
  isUnreadable?: boolean
  durationMs: number
}

/** Each header once: what a server and its proxy both set is joined by commas (RFC 9110, 5.2). */
type AnswerHeaders = Partial<Record<string, string>>

interface ServerCall {
  url: string
  method: 'POST' | 'DELETE'
  headers: Record<string, string>
  body: string | Buffer
  /** The limit over name look-up, connect (3 s at most), TLS, sending, headers and body together. Default: 7,000. */
  deadlineMs?: number
  /** The key of shared connections: one per channel. */
  agentKey: string
  /** The limit of requests in flight for that key; further ones wait within their deadline. Default: 4. */
  connections?: number
  /** Called when the connection is established, right before the first byte is written. Default: always true. */
  mayLeave?: () => boolean
  allow: AddressRules
}

/** `body`: the exact bytes that are signed and sent: one JSON.stringify, made elsewhere. */
export type ChannelServerCall = Omit<ServerCall, 'headers'> & SignedCall

/** One signed request to a channel server, as callServer makes it. */
export async function callChannelServer(call: ChannelServerCall): Promise<CallResult> {
  return callServer({ ...call, headers: signedHeaders(call) })
}

/**
 * Sends a request to a foreign server. Returns every failure of the network or the server as a result, follows no redirect
 * and repeats nothing. It throws only before anything was sent.
 */
export async function callServer(call: ServerCall): Promise<CallResult> {
  const endpoint = endpointOf(call.url, call.allow)
  if ('code' in endpoint) return notCalled(endpoint, 0)
  const { origin, path, isTls } = endpoint
  const pool = poolFor(call.allow, call.agentKey, origin, call.connections ?? 4)
  const request = { path, method: call.method, headers: call.headers, body: call.body }
  return new Promise((resolve, reject) => {
    pool.dispatch(request, new Exchange(call, isTls, resolve, reject))
  })
}

/** The listeners of a request. It settles once: later results are ignored. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #startedAt = performance.now()
  readonly #deadline: NodeJS.Timeout
  readonly #isTls: boolean
  readonly #mayLeave: () => boolean
  readonly #resolve: (result: CallResult) => void
  readonly #reject: (error: Error) => void
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #status = 0
  #headers: AnswerHeaders = {}
  #chunks: Buffer[] = []
  #size = 0

  constructor(
    { deadlineMs = 7_000, mayLeave = () => true }: Pick<ServerCall, 'deadlineMs' | 'mayLeave'>,
    isTls: boolean,
    resolve: (result: CallResult) => void,
    reject: (error: Error) => void,
  ) {
    this.#isTls = isTls
    this.#mayLeave = mayLeave
    this.#resolve = resolve
    this.#reject = reject
    this.#deadline = setTimeout(() => this.#giveUp(deadlineMs), deadlineMs)
  }

  /** Called right before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#isOver && !this.#mayLeave()) this.#settle(tooLate(this.#elapsed()))
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('its time has passed'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = eachOnce(headers)
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
    if (isOurMistake(error)) this.#fail(error)
    else if (!this.#controller) this.#settle(whyNotSent(error, this.#isTls, durationMs))
    else if (this.#hasSaidAll()) this.#answer()
    else this.#settle(whyAmbiguous(error, durationMs))
  }

  /** Whether the response counts: a status other than success does without its body, and so does a complete JSON object. */
  #hasSaidAll(): boolean {
    return this.#status >= 300 || (this.#status >= 200 && isWholeObject(Buffer.concat(this.#chunks).toString()))
  }

  #answer(): void {
    if (this.#end()) void this.#read()
  }

  async #read(): Promise<void> {
    const durationMs = this.#elapsed()
    const bytes = Buffer.concat(this.#chunks).subarray(0, READ_LIMIT)
    const bodyText = await readBody(bytes, this.#headers).catch(() => null)
    this.#resolve({
      kind: 'answer',
      status: this.#status,
      headers: this.#headers,
      bodyText: bodyText ?? '',
      ...(bodyText === null && { isUnreadable: true }),
      durationMs,
    })
  }

  #giveUp(deadlineMs: number): void {
    const durationMs = this.#elapsed()
    const within = `within ${deadlineMs / 1000} s`
    if (!this.#controller) {
      const message = `No connection to the channel's server ${within}.`
      this.#settle({ kind: 'not_sent', code: 'connect_timeout', message, durationMs })
    } else if (this.#hasSaidAll()) this.#answer()
    else {
      const message = `The channel's server did not answer ${within}.`
      this.#settle({ kind: 'ambiguous', code: 'timeout', message, durationMs })
    }
    this.#controller?.abort(new Error('its deadline has passed'))
  }

  #settle(result: CallResult): void {
    if (this.#end()) this.#resolve(result)
  }

  #fail(error: Error): void {
    if (this.#end()) this.#reject(error)
  }

  /** Whether it is over only now. */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    clearTimeout(this.#deadline)
    return true
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedAt)
  }
}

function isWholeObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function eachOnce(headers: IncomingHttpHeaders): AnswerHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}
