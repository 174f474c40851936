import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, errorCatalogue, errorEnvelope } from '@portico/protocol'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { StorageFull, StorageUnavailable } from '../db/failures.ts'
import { ApiError } from './api-error.ts'
import { note } from './principal.ts'
import { closeUnread, isUnread } from './unread-bodies.ts'

/** Every failure leaves through here, as the `_error` envelope with our stable `code` and the `request_id` added. */
export function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((thrown: unknown, request, reply) => answerError(thrown, request, reply, log))
  app.setNotFoundHandler((request, reply) => {
    answerError(new ApiError('not_found', 'There is nothing at this address.'), request, reply, log)
  })
}

export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const error = accountFor(thrown, request, log)
  const { status } = errorCatalogue[error.code]
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status === 413 || status === 415 || isUnread(request.raw)) {
    reply.header('connection', 'close')
    closeUnread(request.raw)
  }
  if (error.retryAfter !== undefined || status === 503) reply.header('retry-after', String(error.retryAfter ?? 1))
  reply.code(status).send(envelopeOf(error, request.id))
}

/** The error response of a failure; our own faults are logged with their stack. */
export function accountFor(thrown: unknown, request: FastifyRequest, log: Logger): ApiError {
  const error = asApiError(thrown)
  if (error.code === 'internal_error') log.error({ request_id: request.id, ...reportOf(thrown) }, 'request failed')
  note(request, { code: error.code })
  return error
}

export function envelopeOf({ code, message, details }: ApiError, requestId: string) {
  return errorEnvelope({ code, message, details, requestId })
}

const ofFastify: Partial<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
}

function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (thrown instanceof StorageFull) return new ApiError('storage_full')
  if (thrown instanceof StorageUnavailable) return new ApiError('storage_unavailable')
  const { code, statusCode } = thrown as Partial<FastifyError>
  // text that PostgreSQL cannot hold and that no schema has seen, such as in a header
  if (code === '22021' || code === '22P05') return new ApiError('invalid_character')
  // teammates/require-admin.sql
  if (code === 'PT403') return new ApiError('forbidden')
  const known = ofFastify[code ?? '']
  if (known) return new ApiError(known)
  // the socket failed while the body was read
  if (statusCode === 400) return new ApiError('malformed_request')
  return new ApiError('internal_error')
}

/** The stack for the log. A database error may quote message text of a row, which is left out. */
function reportOf(thrown: unknown) {
  if (!(thrown instanceof Error)) return { error: typeof thrown }
  const { name, message, stack, code, table, constraint, routine, severity } = thrown as Error & Record<string, unknown>
  const where = { type: name, error_code: code, table, constraint, routine }
  if (severity === undefined) return { ...where, error: message, stack }
  return { ...where, stack: String(stack).replace(String(message), '…') }
}

const ofParser: Partial<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Answers what never became a request: bad HTTP, headers over 16 KiB, headers or a body that came too slowly. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = new ApiError(ofParser[error.code ?? ''] ?? 'malformed_request')
  const { status } = errorCatalogue[refusal.code]
  const body = JSON.stringify(envelopeOf(refusal, ''))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
