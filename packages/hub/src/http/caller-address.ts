import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../settings.ts'

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']

/** Whether the request was made on this machine: from loopback and not handed on by a proxy. */
export function isDirectFromLoopback(request: FastifyRequest): boolean {
  if (forwarding.some((name) => request.headers[name] !== undefined)) return false
  return isLoopback(request.raw.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '')
}
