import type { FastifyRequest } from 'fastify'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type Authenticators, identify } from '../http/authenticate.ts'
import { type Principal, teammateOf } from '../http/principal.ts'
import type { Urls } from '../http/urls.ts'
import type { Viewer } from './audience.ts'

/** The inboxes a caller has now: the inboxes' own policy. */
export type ReadableInboxes = (principal: Principal) => Promise<number[]>

export interface RightDeps {
  db: Database
  readableInboxes: ReadableInboxes
  authenticators: Authenticators
  urls: Urls
}

/**
 * The right by which a stream was opened. It is asked again at the door where the reader came in, with what they showed
 * there; so every way in which it can end is known here, also those that are yet to be built.
 */
export class Right {
  readonly #deps: RightDeps
  readonly #request: FastifyRequest
  #viewer: Viewer = { teammateId: null, inboxIds: new Set() }
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(deps: RightDeps, request: FastifyRequest) {
    this.#deps = deps
    this.#request = request
  }

  get viewer(): Viewer {
    return this.#viewer
  }

  /** The time of the last check, when it was valid (performance.now()). */
  get askedAt(): number {
    return this.#askedAt
  }

  /** Whether it still holds, and for which inboxes. Throws StorageUnavailable: then nobody knows. */
  async renew(): Promise<boolean> {
    const askedAt = performance.now()
    const { readableInboxes, authenticators, urls } = this.#deps
    const principal = await identify(this.#request, authenticators, urls).catch((error) => {
      if (error instanceof ApiError) return null
      throw error
    })
    if (!principal) return false
    this.#viewer = { teammateId: teammateOf(principal), inboxIds: new Set(await readableInboxes(principal)) }
    this.#askedAt = askedAt
    return true
  }
}
