import { ApiError } from './api-error.ts'

const kib = 1024
const mib = 1024 * kib

interface Limits {
  /** The bytes of all bodies in flight. */
  maxBytes: number
  /** The bytes that the smallest request counts as. */
  minChargedBytes: number
}

/** Each takes five to ten times its size of memory until its response. */
const bodyLimits: Limits = { maxBytes: 32 * mib, minChargedBytes: 4 * kib }

/** Forms with files, which go to the storage while they arrive: each counts as the part of it that may be in memory, whatever its size. */
export const uploadLimits: Limits = { maxBytes: 16 * mib, minChargedBytes: mib / 2 }
const maxWaiting = 512
const maxWaitingOfCaller = 128
const maxWaitMs = 10_000

/** The limits of a caller and of its company, with the keys under which their bytes are counted. */
export interface Quota {
  companyKey: string
  callerKey: string
  maxOfCompany: number
  maxOfCaller: number
}

/** The quota of a channel (by its number), of a company's people, or of its programs. People have capacity that the others cannot use. */
export function quotaOf(company: number, caller: number | 'people' | 'programs'): Quota {
  const maxOfCompany = (caller === 'people' ? 12 : 8) * mib
  return { companyKey: `${company}:`, callerKey: `${company}/${caller}`, maxOfCompany, maxOfCaller: 4 * mib }
}

/** The quota of a caller without a token, such as at sign-in. */
export function unauthenticatedQuota(network: string): Quota {
  return { companyKey: 'unauthenticated', callerKey: `from ${network}`, maxOfCompany: 4 * mib, maxOfCaller: 256 * kib }
}

/** The memory budget of a request's body. Freed when every holder has released it. */
export class BodyBudget {
  readonly #admission: Admission
  readonly #quota: Quota
  readonly #minCharged: number
  #bytes: number
  #holders = 1

  constructor(admission: Admission, quota: Quota, bytes: number, minCharged: number) {
    this.#admission = admission
    this.#minCharged = minCharged
    this.#quota = quota
    this.#bytes = bytes
  }

  /** Reduces the budget once the size of the body is known. */
  shrink(bytes: number): void {
    const unused = this.#bytes - Math.max(bytes, this.#minCharged)
    if (unused <= 0) return
    this.#bytes -= unused
    this.#admission.free(this.#quota, unused)
  }

  retain(): void {
    this.#holders++
  }

  release(): void {
    this.#holders--
    if (this.#holders === 0) this.#admission.free(this.#quota, this.#bytes)
  }
}

interface Waiting {
  quota: Quota
  bytes: number
  admit(budget: BodyBudget): void
  reject(): void
}

/** The response of a caller, which is closed when the caller disconnects. */
interface Connection {
  once(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}

/**
 * Admits requests before their bodies are read, within the capacity and round-robin over callers, so that no company can use
 * the capacity of the others. A request without capacity waits up to `maxWaitMs`; meanwhile no more of its connection is read
 * than fits into Node's buffers.
 */
export class Admission {
  readonly #limits: Limits
  readonly #used = new Map<string, number>()
  readonly #waiting = new Map<string, Waiting[]>()
  #bytes = 0
  #waitingCount = 0

  constructor(limits = bodyLimits) {
    this.#limits = limits
  }

  /** The bytes in flight. */
  get bytes(): number {
    return this.#bytes
  }

  get waiting(): number {
    return this.#waitingCount
  }

  /** Throws too_much_at_once when the caller's quota stays full, overloaded when the capacity of all does. */
  async enter(quota: Quota, size: number, connection: Connection): Promise<BodyBudget> {
    const bytes = Math.max(size, this.#limits.minChargedBytes)
    if (this.#waitingCount === 0 && this.#fits(quota, bytes)) return this.#take(quota, bytes)
    return this.#wait(quota, bytes, connection)
  }

  free({ companyKey, callerKey }: Quota, bytes: number): void {
    this.#bytes -= bytes
    this.#add(companyKey, -bytes)
    this.#add(callerKey, -bytes)
    if (this.#waitingCount > 0) this.#admitWaiting()
  }

  #fits(quota: Quota, bytes: number): boolean {
    return this.#fitsQuota(quota, bytes) && this.#bytes + bytes <= this.#limits.maxBytes
  }

  #fitsQuota({ companyKey, callerKey, maxOfCompany, maxOfCaller }: Quota, bytes: number): boolean {
    return this.#usedBy(companyKey) + bytes <= maxOfCompany && this.#usedBy(callerKey) + bytes <= maxOfCaller
  }

  #usedBy(key: string): number {
    return this.#used.get(key) ?? 0
  }

  #take(quota: Quota, bytes: number): BodyBudget {
    this.#bytes += bytes
    this.#add(quota.companyKey, bytes)
    this.#add(quota.callerKey, bytes)
    return new BodyBudget(this, quota, bytes, this.#limits.minChargedBytes)
  }

  #add(key: string, bytes: number): void {
    const used = this.#usedBy(key) + bytes
    if (used > 0) this.#used.set(key, used)
    else this.#used.delete(key)
  }

  #wait(quota: Quota, bytes: number, connection: Connection): Promise<BodyBudget> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        connection.off('close', leave)
      }
      const rejectRequest = () => {
        end()
        reject(this.#errorFor(bytes))
      }
      const leave = () => {
        this.#remove(waiting)
        rejectRequest()
      }
      const admit = (budget: BodyBudget) => {
        end()
        resolve(budget)
      }
      const waiting = { quota, bytes, admit, reject: rejectRequest }
      const timer = setTimeout(leave, maxWaitMs)
      connection.once('close', leave)
      this.#queue(waiting)
    })
  }

  #queue(waiting: Waiting): void {
    const { callerKey } = waiting.quota
    const queue = this.#waiting.get(callerKey) ?? []
    this.#waiting.set(callerKey, queue)
    queue.push(waiting)
    this.#waitingCount++
    this.#admitWaiting()
    if (queue.length > maxWaitingOfCaller) this.#dropLastOf(queue)
    else if (this.#waitingCount > maxWaiting) this.#dropLastOf(this.#longestQueue())
  }

  #longestQueue(): Waiting[] {
    return [...this.#waiting.values()].reduce((longest, queue) => (queue.length > longest.length ? queue : longest), [])
  }

  #dropLastOf(queue: Waiting[]): void {
    const last = queue.at(-1)
    if (!last) return
    this.#remove(last)
    last.reject()
  }

  #remove(waiting: Waiting): void {
    const { callerKey } = waiting.quota
    const queue = this.#waiting.get(callerKey) ?? []
    const index = queue.indexOf(waiting)
    if (index < 0) return
    queue.splice(index, 1)
    this.#waitingCount--
    if (queue.length === 0) this.#waiting.delete(callerKey)
  }

  /** Admits round-robin over callers. A caller whose own quota is full is skipped; one that waits for the capacity of all is not overtaken. */
  #admitWaiting(): void {
    for (const queue of this.#waiting.values()) {
      const first = queue[0]
      if (!first || !this.#fitsQuota(first.quota, first.bytes)) continue
      if (!this.#fits(first.quota, first.bytes)) return
      this.#remove(first)
      if (queue.length > 0) {
        this.#waiting.delete(first.quota.callerKey)
        this.#waiting.set(first.quota.callerKey, queue)
      }
      first.admit(this.#take(first.quota, first.bytes))
    }
  }

  #errorFor(bytes: number): ApiError {
    const error = new ApiError(this.#bytes + bytes > this.#limits.maxBytes ? 'overloaded' : 'too_much_at_once')
    error.retryAfter = 1
    return error
  }
}
