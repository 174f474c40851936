import type { IncomingMessage } from 'node:http'
import { hasBody } from './media-type.ts'

/** The bytes that arrive with the headers or right after them; Node discards them, and the connection stays open. */
const smallBytes = 64 * 1024
/**
 * The bytes per second that are discarded of larger bodies, for callers that read the response only after they have sent
 * everything.
 */
const bytesPerSecond = 16 * 1024 * 1024
const lingerMs = 1_000

const allowance = { bytes: bytesPerSecond, at: 0 }

/** Whether the request is answered while a large part of its body is still to come. */
export function isUnread(request: IncomingMessage): boolean {
  if (request.complete || !hasBody(request)) return false
  return sizeOf(request) > smallBytes
}

/** The size by the headers, which is unknown for chunks. */
export function sizeOf({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.POSITIVE_INFINITY
}

/**
 * Ends the connection after the answer without reading the body. Not at once: one that is closed upon bytes that nobody
 * read is reset, and the caller may never see its answer. Its second begins when Node would have closed it.
 */
export function closeUnread(request: IncomingMessage): void {
  const { socket } = request
  const throwsAway = isAllowed(sizeOf(request))
  // Node throws away what nobody has begun to read; of what somebody has, it takes as much as fits into its buffers
  if (!throwsAway) request.read()
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => socket.destroy(), lingerMs).unref()
    if (throwsAway) request.once('end', () => socket.destroy())
  }
}

function isAllowed(bytes: number): boolean {
  const now = performance.now()
  allowance.bytes = Math.min(bytesPerSecond, allowance.bytes + ((now - allowance.at) / 1_000) * bytesPerSecond)
  allowance.at = now
  if (bytes > allowance.bytes) return false
  allowance.bytes -= bytes
  return true
}
