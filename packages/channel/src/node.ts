import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ChannelServer } from './define-channel.ts'
import { BodyAlreadyRead } from './read-bytes.ts'

/** A request as node:http and Express hand it over. */
type NodeRequest = IncomingMessage & {
  originalUrl?: string
  body?: unknown
  /** The unparsed bytes beside the parsed `body`: Google Cloud Functions and Firebase, or a parser's `verify` hook. */
  rawBody?: unknown
}

/**
 * Serves a channel with node:http. The promise never rejects: a request that cannot be read or verified is answered with an error.
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
    // somebody before us may have answered already, for example a framework whose own time limit ran out
    if (response.headersSent) return
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': body.length })
    response.end(body)
  }
}

function webRequest(request: NodeRequest): Request {
  const { headers } = request
  // Request refuses some HTTP methods; the channel answers 405 to all but these two
  const hasBody = request.method === 'POST' || request.method === 'DELETE'
  return new Request(urlOf(request), {
    method: hasBody ? request.method : 'GET',
    headers: Object.entries(headers).flatMap(asHeader),
    ...(hasBody && { body: rawBody(request), duplex: 'half' }),
  } as RequestInit)
}

/** HTTP/2 has pseudo-headers (`:method`, `:path`, `:authority`), which are not headers of the request. */
function asHeader([name, value]: [string, string | string[] | undefined]): [string, string][] {
  return name.startsWith(':') ? [] : [[name, String(value)]]
}

/** The URL that was called. Behind a proxy that ends TLS only its X-Forwarded-Proto knows the scheme; all it changes is the webhook URL we answer to a signed request. */
function urlOf({ headers, socket, originalUrl, url = '/' }: NodeRequest): URL {
  const forwarded = /^https?(?=,|$)/.exec(String(headers['x-forwarded-proto'] ?? ''))?.[0]
  const scheme = forwarded ?? ('encrypted' in socket && socket.encrypted ? 'https' : 'http')
  const path = (originalUrl ?? url).replace(/^\/*/, '/')
  const host = /^[\w.:[\]-]+$/.exec(String(headers.host ?? headers[':authority'] ?? ''))?.[0] ?? 'localhost'
  const called = `${scheme}://${host}${path}`
  return URL.canParse(called) ? new URL(called) : new URL(`${scheme}://localhost/`)
}

/** The unread stream, or the raw bytes that a parser stored. A body that express.json() alone has read cannot be verified. */
function rawBody(request: NodeRequest): BodyInit {
  for (const bytes of [request.rawBody, request.body]) {
    if (bytes instanceof Uint8Array || bytes instanceof ArrayBuffer) return new Uint8Array(bytes)
    if (typeof bytes === 'string') return bytes
  }
  if (request.readableEnded || request.readableDidRead)
    return new ReadableStream({ start: (stream) => stream.error(new BodyAlreadyRead()) })
  return Readable.toWeb(
    request.readableEncoding ? Readable.from(bytesOf(request)) : request,
  ) as ReadableStream<Uint8Array>
}

/** Turns the text of a stream with an encoding back into its bytes. */
async function* bytesOf(request: NodeRequest): AsyncGenerator<Uint8Array> {
  for await (const text of request) yield Buffer.from(text, request.readableEncoding ?? 'utf8')
}
