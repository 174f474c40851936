import { ApiError } from './api-error.ts'

const kib = 1024
const mib = 1024 * kib

/** Bodies that are read or worked on, in all. Each takes five to ten times its size of memory until it is answered. */
const maxBytes = 32 * mib
/** What the smallest request counts as. */
const leastBytes = 4 * kib
const maxWaiting = 512
const maxWaitingOfCaller = 128
const patienceMs = 10_000

/** Whose requests count together: those of a caller, and those of its company. */
export interface Tenant {
  company: string
  caller: string
  maxOfCompany: number
  maxOfCaller: number
}

/** A channel server by its number, or a company's people, or its programs. What the others hold leaves capacity for its people. */
export function memberOf(company: number, who: number | 'people' | 'programs'): Tenant {
  const maxOfCompany = (who === 'people' ? 12 : 8) * mib
  return { company: `${company}:`, caller: `${company}/${who}`, maxOfCompany, maxOfCaller: 4 * mib }
}

/** A caller without a token, such as one who signs in. */
export function unauthenticated(network: string): Tenant {
  return { company: 'unauthenticated', caller: `from ${network}`, maxOfCompany: 4 * mib, maxOfCaller: 256 * kib }
}

/** The budget for a request's body and what is made of it. Free again when all who retain it have released it. */
export class BodyBudget {
  readonly #admission: Admission
  readonly #tenant: Tenant
  #bytes: number
  #holders = 1

  constructor(admission: Admission, tenant: Tenant, bytes: number) {
    this.#admission = admission
    this.#tenant = tenant
    this.#bytes = bytes
  }

  /** The body has fewer bytes than it might have had. */
  shrink(bytes: number): void {
    const less = this.#bytes - Math.max(bytes, leastBytes)
    if (less <= 0) return
    this.#bytes -= less
    this.#admission.giveBack(this.#tenant, less)
  }

  retain(): void {
    this.#holders++
  }

  release(): void {
    this.#holders--
    if (this.#holders === 0) this.#admission.giveBack(this.#tenant, this.#bytes)
  }
}

interface Waiting {
  tenant: Tenant
  bytes: number
  admit(budget: BodyBudget): void
  turnAway(): void
}

/** What tells that the caller went away: its answer. */
interface Connection {
  once(event: 'close', gone: () => void): unknown
  off(event: 'close', gone: () => void): unknown
}

/**
 * Lets requests in before their bodies are read, as many as there is capacity for, and each caller in its turn: whatever one
 * company sends, there is capacity for the others. Who finds none waits for a moment; of a connection that waits no more is read
 * than fits into Node's buffers.
 */
export class Admission {
  readonly #used = new Map<string, number>()
  readonly #waiting = new Map<string, Waiting[]>()
  #bytes = 0
  #waitingCount = 0

  /** What is held now. */
  get bytes(): number {
    return this.#bytes
  }

  get waiting(): number {
    return this.#waitingCount
  }

  /** Throws too_much_at_once where the caller's own has no end, overloaded where everybody's has none. */
  async enter(tenant: Tenant, size: number, connection: Connection): Promise<BodyBudget> {
    const bytes = Math.max(size, leastBytes)
    if (this.#waitingCount === 0 && this.#fits(tenant, bytes)) return this.#take(tenant, bytes)
    return this.#wait(tenant, bytes, connection)
  }

  giveBack({ company, caller }: Tenant, bytes: number): void {
    this.#bytes -= bytes
    this.#add(company, -bytes)
    this.#add(caller, -bytes)
    if (this.#waitingCount > 0) this.#admitWaiting()
  }

  #fits(tenant: Tenant, bytes: number): boolean {
    return this.#fitsShares(tenant, bytes) && this.#bytes + bytes <= maxBytes
  }

  #fitsShares({ company, caller, maxOfCompany, maxOfCaller }: Tenant, bytes: number): boolean {
    return this.#usedBy(company) + bytes <= maxOfCompany && this.#usedBy(caller) + bytes <= maxOfCaller
  }

  #usedBy(name: string): number {
    return this.#used.get(name) ?? 0
  }

  #take(tenant: Tenant, bytes: number): BodyBudget {
    this.#bytes += bytes
    this.#add(tenant.company, bytes)
    this.#add(tenant.caller, bytes)
    return new BodyBudget(this, tenant, bytes)
  }

  #add(name: string, bytes: number): void {
    const used = this.#usedBy(name) + bytes
    if (used > 0) this.#used.set(name, used)
    else this.#used.delete(name)
  }

  #wait(tenant: Tenant, bytes: number, connection: Connection): Promise<BodyBudget> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        connection.off('close', leave)
      }
      const turnAway = () => {
        end()
        reject(this.#refusalOf(bytes))
      }
      const leave = () => {
        this.#remove(waiting)
        turnAway()
      }
      const admit = (budget: BodyBudget) => {
        end()
        resolve(budget)
      }
      const waiting = { tenant, bytes, admit, turnAway }
      const timer = setTimeout(leave, patienceMs)
      connection.once('close', leave)
      this.#queue(waiting)
    })
  }

  #queue(waiting: Waiting): void {
    const { caller } = waiting.tenant
    const queue = this.#waiting.get(caller) ?? []
    this.#waiting.set(caller, queue)
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
    last.turnAway()
  }

  #remove(waiting: Waiting): void {
    const { caller } = waiting.tenant
    const queue = this.#waiting.get(caller) ?? []
    const at = queue.indexOf(waiting)
    if (at < 0) return
    queue.splice(at, 1)
    this.#waitingCount--
    if (queue.length === 0) this.#waiting.delete(caller)
  }

  /** Each caller in its turn. Who waits for its own others does not hold up the rest; who waits for the capacity of all is not passed by another. */
  #admitWaiting(): void {
    for (const queue of this.#waiting.values()) {
      const first = queue[0]
      if (!first || !this.#fitsShares(first.tenant, first.bytes)) continue
      if (!this.#fits(first.tenant, first.bytes)) return
      this.#remove(first)
      if (queue.length > 0) {
        this.#waiting.delete(first.tenant.caller)
        this.#waiting.set(first.tenant.caller, queue)
      }
      first.admit(this.#take(first.tenant, first.bytes))
    }
  }

  #refusalOf(bytes: number): ApiError {
    const refusal = new ApiError(this.#bytes + bytes > maxBytes ? 'overloaded' : 'too_much_at_once')
    refusal.retryAfter = 1
    return refusal
  }
}
