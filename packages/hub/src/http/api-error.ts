import type { ErrorCode } from '@portico/protocol'

/**
 * A refusal of a request: becomes the `_error` envelope, with the status and title its code has in the catalogue.
 * Anything else that is thrown means we are wrong: 500 internal_error, logged with its stack.
 */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly details: string[] | undefined
  /** Whole seconds, answered as Retry-After. */
  retryAfter: number | undefined

  constructor(code: ErrorCode, message?: string, details?: string[]) {
    super(message)
    this.code = code
    this.details = details
  }
}
