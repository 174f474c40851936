import type { ErrorType } from '@portico/protocol/wire'

/**
 * Thrown by a handler to say no. The teammate (or, while a channel is added, the admin) reads the message, so write it
 * for them: what happened, why, what to do. Any other exception is answered with a plain "internal error".
 *
 * @example
 * onMessage({ payload }) {
 *   if (payload.text.length > 1600) throw new ChannelError('bad_request', 'An SMS has at most 1,600 characters.')
 * }
 *
 * @example
 * throw new ChannelError('too_many_requests', 'The carrier asks to slow down.', { retryAfter: 30 })
 */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  readonly type: ErrorType
  /** Whole seconds after which the hub may try again. */
  readonly retryAfter: number | undefined

  constructor(
    type: ErrorType,
    message: string,
    { retryAfter, ...options }: ErrorOptions & { retryAfter?: number } = {},
  ) {
    super(message, options)
    this.type = type
    this.retryAfter = retryAfter
  }
}
