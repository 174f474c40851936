import { type ErrorCode, errorCatalogue } from './errors.ts'
import type { ErrorEnvelope } from './wire.ts'

/** Front's list. Pages may be short or empty: there is more until `next` is null. Their links have the origin the request came to. */
export interface ListEnvelope<Resource> {
  _pagination: { prev: string | null; next: string | null }
  _links: { self: string }
  _results: Resource[]
}

export interface ErrorAnswer {
  code: ErrorCode
  /** Replaces the default message of the code. */
  message?: string | undefined
  /** The details: one line for each field, like `body.metadata.external_id: missing`. */
  details?: string[] | undefined
  requestId: string
}

export function errorEnvelope({ code, message, details, requestId }: ErrorAnswer): ErrorEnvelope {
  const { status, title, message: defaultMessage } = errorCatalogue[code]
  return {
    _error: {
      status,
      title,
      message: message || defaultMessage,
      ...(details && { details }),
      code,
      request_id: requestId,
    },
  }
}
