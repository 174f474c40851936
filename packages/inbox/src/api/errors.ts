/** The hub said no. `message` is the hub's sentence, fit to be shown. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: string[]

  constructor({
    status,
    code,
    message,
    details,
  }: { status: number; code: string; message: string; details: string[] }) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
  }

  /** The same request may succeed a moment later: the hub or its database was not ready. */
  get isTemporary(): boolean {
    return this.status === 429 || this.status >= 500
  }
}

/** No answer came: the network or the hub is down. */
export class HubNotReached extends Error {
  override name = 'HubNotReached'
}

/** True when trying again unchanged makes sense. */
export function isTemporary(error: unknown): boolean {
  return error instanceof HubNotReached || (error instanceof ApiError && error.isTemporary)
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status
}
