/** A refusal of the hub. `message` is the hub's sentence, which can be shown. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: string[]
  /** True when the response is from a proxy instead of the hub. */
  readonly isForeign: boolean

  constructor({
    status,
    code,
    message,
    details,
    isForeign = false,
  }: {
    status: number
    code: string
    message: string
    details: string[]
    isForeign?: boolean
  }) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
    this.isForeign = isForeign
  }

  /** The same request may succeed a moment later: the hub or its database was not ready, or a proxy did not find the hub. */
  get isTemporary(): boolean {
    return this.status === 429 || this.status >= 500 || (this.isForeign && !tooLarge.has(this.status))
  }
}

/** Statuses with which a proxy refuses for good. */
const tooLarge = new Set([413, 414, 431])

/** An error without a response: the network or the hub is down. */
export class HubNotReached extends Error {
  override name = 'HubNotReached'
}

/** True when trying again unchanged makes sense. */
export function isTemporary(error: unknown): boolean {
  return error instanceof HubNotReached || (error instanceof ApiError && error.isTemporary)
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status && !error.isForeign
}
