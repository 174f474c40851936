import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ChannelServer } from './define-channel.ts'

/** A request as node:http and Express hand it over. */
type NodeRequest = IncomingMessage & { originalUrl?: string; body?: unknown }

/**
 * Serves a channel with node:http.
 *
 * @example
 * import { createServer } from 'node:http'
 *
 * createServer(nodeListener(chat)).listen(8080)
 */
export function nodeListener(
  channel: ChannelServer,
): (request: NodeRequest, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const answer = await channel.fetch(webRequest(request))
    const body = Buffer.from(await answer.arrayBuffer())
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': body.length })
    response.end(body)
  }
}

function webRequest(request: NodeRequest): Request {
  const { headers } = request
  // Request refuses some methods of HTTP; the channel refuses every other than these two
  const hasBody = request.method === 'POST' || request.method === 'DELETE'
  return new Request(urlOf(request), {
    method: hasBody ? request.method : 'GET',
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(hasBody && { body: rawBody(request), duplex: 'half' }),
  } as RequestInit)
}

/** The URL that was called. Behind a proxy that ends TLS only its X-Forwarded-Proto knows the scheme; all it changes is the webhook URL we answer to a signed request. */
function urlOf({ headers, socket, originalUrl, url = '/' }: NodeRequest): URL {
  const forwarded = /^https?(?=,|$)/.exec(String(headers['x-forwarded-proto'] ?? ''))?.[0]
  const scheme = forwarded ?? ('encrypted' in socket && socket.encrypted ? 'https' : 'http')
  const path = (originalUrl ?? url).replace(/^\/*/, '/')
  const host = /^[\w.:[\]-]+$/.exec(headers.host ?? '')?.[0] ?? 'localhost'
  const called = `${scheme}://${host}${path}`
  return URL.canParse(called) ? new URL(called) : new URL(`${scheme}://localhost/`)
}

/** Bytes that a parser left alone. What express.json() has read cannot be verified any more. */
function rawBody(request: NodeRequest): BodyInit {
  if (Buffer.isBuffer(request.body)) return new Uint8Array(request.body)
  if (request.readableEnded || request.readableDidRead)
    throw new TypeError(
      'The body has been read before the channel could verify it. Mount the channel before express.json().',
    )
  return Readable.toWeb(request) as ReadableStream<Uint8Array>
}
