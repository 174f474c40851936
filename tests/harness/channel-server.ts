import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request of the hub, with its raw body. */
export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  raw: string
  body: { type: string; payload: Record<string, unknown>; metadata?: Record<string, unknown> }
  at: number
}

type Behaviour = (received: Received, response: ServerResponse) => void | Promise<void>

/** The network peer: a real HTTP server on loopback that records every request and answers as a test sets it. */
export class FakeChannelServer {
  readonly received: Received[] = []
  /** Answers every request but authorization. Default: success, with ids made from the message's. */
  behave: Behaviour = succeed
  /** Answers the authorization request. Default: success, with a webhook URL. */
  authorize: Behaviour = (_, response) => answer(response, 200, { type: 'success', webhook_url: `${this.url}hook` })
  readonly #server: Server
  readonly #waiting = new Set<() => void>()

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => this.#answer(request.method ?? '', request.url ?? '', request.headers, chunks, response))
    })
  }

  static async start(): Promise<FakeChannelServer> {
    const fake = new FakeChannelServer()
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  /** Starts a server that is stopped after the test. */
  static async startFor(test: { after(work: () => Promise<void>): void }): Promise<FakeChannelServer> {
    const fake = await FakeChannelServer.start()
    test.after(() => fake.stop())
    return fake
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  messages(): Received[] {
    return this.received.filter(({ body }) => body.type === 'message')
  }

  /** Resolves when the condition holds; it is checked at each request. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake)
          resolve()
        }
        this.#waiting.add(wake)
      })
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(
    method: string,
    path: string,
    headers: IncomingHttpHeaders,
    chunks: Buffer[],
    response: ServerResponse,
  ): void {
    const raw = Buffer.concat(chunks).toString()
    const received = { method, path, headers, raw, body: JSON.parse(raw), at: Date.now() }
    this.received.push(received)
    for (const wake of this.#waiting) wake()
    const react = received.body.type === 'authorization' ? this.authorize : this.behave
    void react(received, response)
  }
}

export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export const succeed: Behaviour = ({ body }, response) => {
  const id = String(body.payload.id)
  answer(response, 200, { type: 'success', external_id: `ext-${id}`, external_conversation_id: `conv-${id}` })
}
