import { request } from 'undici'
import type { AddressRules } from './addresses.ts'
import { endpointOf } from './endpoint.ts'
import { poolFor } from './pools.ts'

export interface Download {
  /** Requests with the same key share connections. */
  agentKey: string
  allow: AddressRules
  /** The Accept header. */
  accept: string
  mostBytes: number
  /** Over everything, redirects included. */
  deadlineMs: number
}

const mostRedirects = 3
const redirects = new Set([301, 302, 303, 307, 308])

/** Why nothing was downloaded. Its message is for the log and for tests, not for readers. */
export class DownloadFailed extends Error {}

/**
 * GETs a file that somebody outside has named. Each address on the way is checked where its socket opens, those that redirects lead
 * to as well. The server learns nothing of who asks: no cookie, no referrer, one name for all.
 */
export async function download(url: string, options: Download): Promise<Buffer> {
  const signal = AbortSignal.timeout(options.deadlineMs)
  let at = url
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const answer = await get(at, options, signal)
    if (Buffer.isBuffer(answer)) return answer
    at = new URL(answer.location, at).href
  }
  throw new DownloadFailed('too many redirects')
}

async function get(url: string, options: Download, signal: AbortSignal): Promise<Buffer | { location: string }> {
  const endpoint = endpointOf(url, options.allow)
  if ('code' in endpoint) throw new DownloadFailed(endpoint.code)
  try {
    const { statusCode, headers, body } = await request(endpoint.origin + endpoint.path, {
      dispatcher: poolFor(options.allow, options.agentKey, endpoint.origin, 4),
      headers: { accept: options.accept, 'accept-encoding': 'identity', 'user-agent': 'Portico' },
      signal,
    })
    // what is left unread ends with an error, which is nobody's
    body.on('error', () => undefined)
    const location = [headers.location].flat()[0]
    if (redirects.has(statusCode) && location !== undefined) {
      body.destroy()
      return { location }
    }
    if (statusCode === 200) return await readWithin(body, options.mostBytes)
    body.destroy()
    throw new DownloadFailed(`status ${statusCode}`)
  } catch (error) {
    throw error instanceof DownloadFailed ? error : new DownloadFailed('no answer', { cause: error })
  }
}

async function readWithin(body: AsyncIterable<Buffer>, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // leaving the loop ends the connection
  for await (const chunk of body) {
    size += chunk.length
    if (size > mostBytes) throw new DownloadFailed(`more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
