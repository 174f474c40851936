import type { Socket } from 'node:net'

/**
 * Removes informational responses (1xx) from the bytes of the socket. A server may send them unasked (RFC 9110, 15.2), but undici
 * closes the connection on an unasked 100, and nobody would know whether the message arrived.
 */
export function skipInterimAnswers(socket: Socket): void {
  const read = socket.read.bind(socket)
  const write = socket.write.bind(socket) as (...message: unknown[]) => boolean
  let isAnswerDue = false
  let held = Buffer.alloc(0)
  socket.write = (...message: unknown[]) => {
    isAnswerDue = true
    return write(...message)
  }
  socket.read = (size?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(size)
      if (!isAnswerDue || chunk === null) return chunk
      held = Buffer.concat([held, chunk])
      const answer = behindInterim(held)
      if (answer === null) continue
      isAnswerDue = false
      held = Buffer.alloc(0)
      return answer
    }
  }
}

const beginning = 'HTTP/1.'
const statusLine = `${beginning}1 100`.length
/** 101 ends HTTP on this connection, so it is the final response. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/
const maxHead = 16 * 1024

/** The bytes after the informational responses; null while they are incomplete. */
function behindInterim(bytes: Buffer): Buffer | null {
  const start = bytes.toString('latin1', 0, statusLine + 1)
  if (start.length <= statusLine) return start.startsWith(beginning) || beginning.startsWith(start) ? null : bytes
  if (!interim.test(start)) return bytes
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return bytes.length < maxHead ? null : bytes
  return behindInterim(bytes.subarray(end + 4))
}
