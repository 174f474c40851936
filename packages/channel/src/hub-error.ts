/**
 * The hub refused the request, and would refuse it again: a field is wrong, the channel was deleted, the secret was rotated.
 *
 * @example
 * try {
 *   await chat.channel(channelId).receive(message)
 * } catch (error) {
 *   if (error instanceof HubRefusal && error.code === 'invalid_body') console.error(error.message, error.details)
 *   else throw error
 * }
 */
export class HubRefusal extends Error {
  override readonly name = 'HubRefusal'
  readonly status: number
  /** The stable code of the hub's error, like `invalid_body`, or `unknown` when another server answered. */
  readonly code: string
  /** The details: one line for each field, like `body.metadata.external_id: missing`. */
  readonly details: string[]
  /** The id of the request in the hub's log. */
  readonly requestId: string | undefined

  constructor(status: number, answer: unknown) {
    const { code, message, details, request_id } = errorIn(answer)
    super(text(message) ?? `The hub answered ${status}.`)
    this.status = status
    this.code = text(code) ?? 'unknown'
    this.details = Array.isArray(details) ? details.map(String) : []
    this.requestId = text(request_id)
  }
}

/**
 * The hub could not be reached, or was too busy, for as long as retries are made. Nothing is known to be stored: push the
 * same message again later, with the same `external_id`. It is stored once, however often it comes.
 *
 * @example
 * try {
 *   await chat.channel(channelId).receive(message)
 * } catch (error) {
 *   if (error instanceof HubUnavailable) outbox.add(message, { until: Date.now() + (error.retryAfterMs ?? 60_000) })
 *   else throw error
 * }
 */
export class HubUnavailable extends Error {
  override readonly name = 'HubUnavailable'
  readonly attempts: number
  /** The last HTTP status, or undefined when there was no answer. */
  readonly status: number | undefined
  /** The time that the hub asked to wait, if it did. */
  readonly retryAfterMs: number | undefined

  constructor(attempts: number, last: { status?: number; retryAfterMs?: number; cause?: unknown }) {
    const why = last.status ? `The hub answered ${last.status}` : 'The hub did not answer'
    super(`${why}, ${attempts === 1 ? 'once' : `${attempts} times`}. Push the message again later.`, {
      cause: last.cause,
    })
    this.attempts = attempts
    this.status = last.status
    this.retryAfterMs = last.retryAfterMs
  }
}

function errorIn(answer: unknown): Record<string, unknown> {
  const error = (answer as { _error?: unknown } | null)?._error
  return typeof error === 'object' && error !== null ? { ...error } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
