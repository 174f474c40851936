import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

/** For tests: a channel server on loopback that answers every request as told, and keeps what it was sent. */
export interface AnsweringServer {
  url: string
  seen: { method: string; path: string; headers: IncomingMessage['headers']; raw: string }[]
  answer: (response: ServerResponse, request: IncomingMessage) => void | Promise<void>
}

export async function answeringServer(
  t: TestContext,
  answer: AnsweringServer['answer'] = yes,
): Promise<AnsweringServer> {
  const server = createServer(async (request, response) => {
    const raw = await text(request)
    peer.seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, raw })
    await peer.answer(response, request)
  })
  const peer: AnsweringServer = { url: '', seen: [], answer }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  peer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/front`
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return peer
}

function yes(response: ServerResponse): void {
  json(response, 200, { type: 'success' })
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
