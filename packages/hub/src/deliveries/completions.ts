import { setTimeout as sleep } from 'node:timers/promises'
import { LEASE_SECONDS } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import { StorageFull, StorageUnavailable } from '../db/failures.ts'
import { GroupCommit } from '../db/group-commit.ts'
import { bare, type Completion, completeDeliveries, type Finished, isBare, isUnstorable } from './complete.ts'

const MAX_BATCH = 256
const RETRY_MS = 2_000
const EXTEND_EVERY_MS = (LEASE_SECONDS * 1_000) / 4

/**
 * Group commit of results. Results that wait for the database or for locked rows wait without a limit, and their leases are
 * extended: an attempt with a known result must not be reported as interrupted.
 */
export class Completions {
  readonly #db: Database
  readonly #group: GroupCommit<Finished, Completion | null>
  readonly #report: (error: unknown, finished: Finished) => void
  readonly #waiting = new Set<Finished>()
  #extension: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(db: Database, report: (error: unknown, finished: Finished) => void) {
    this.#db = db
    this.#report = report
    this.#group = new GroupCommit(db, {
      maxItems: MAX_BATCH,
      companyOf: ({ companyId }) => companyId,
      run: completeDeliveries,
    })
  }

  /** Resolves after commit; null when the result no longer counts. */
  async add(finished: Finished): Promise<Completion | null> {
    this.#waiting.add(finished)
    this.#extension ??= setTimeout(() => this.#extendLeases(), EXTEND_EVERY_MS).unref()
    try {
      return await this.#store(finished)
    } finally {
      this.#waiting.delete(finished)
    }
  }

  /** Retries a result that cannot be stored for an unexpected reason, as long as this hub runs. */
  async #store(finished: Finished): Promise<Completion | null> {
    try {
      return await this.#group.add(finished)
    } catch (error) {
      this.#report(error, finished)
      if (this.#isClosed) return null
      if (isUnstorable(error) && !isBare(finished)) return this.#store(bare(finished))
      await sleep(RETRY_MS, undefined, { ref: false })
      return this.#store(finished)
    }
  }

  close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#extension)
    return this.#group.close()
  }

  async #extendLeases(): Promise<void> {
    const known = [...this.#waiting].filter(({ isExpired }) => !isExpired)
    try {
      if (known.length > 0) await extendLeases(this.#db, known)
    } catch (error) {
      if (!(error instanceof StorageUnavailable || error instanceof StorageFull)) this.#report(error, known[0]!)
    }
    this.#extension =
      this.#waiting.size > 0 ? setTimeout(() => this.#extendLeases(), EXTEND_EVERY_MS).unref() : undefined
  }
}

/** Extends the leases of claims, without the companies' counters. A locked claim is skipped: nobody else can end it either. */
function extendLeases(db: Pick<Database, 'query'>, known: Finished[]) {
  const claims = new Map(known.map(({ claimId, companyId }) => [claimId, companyId]))
  return db.query(
    'extend_leases',
    `update delivery_claims c set lease_until = now() + make_interval(secs => $3)
     from unnest($1::bigint[], $2::uuid[]) as k(company_id, id)
     cross join lateral (
       select x.company_id, x.id from delivery_claims x
       where x.company_id = k.company_id and x.id = k.id for update skip locked) free
     where c.company_id = free.company_id and c.id = free.id`,
    [[...claims.values()], [...claims.keys()], LEASE_SECONDS],
  )
}
