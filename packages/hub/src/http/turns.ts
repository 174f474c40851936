import { StorageBusy } from '../db/failures.ts'

/** Of the database's 16 connections. */
const AT_ONCE = 4
const MAX_WAITING = 256
const PATIENCE_MS = 2_500

interface Company {
  running: number
  /** The last change ended because somebody else holds the company's rows: one at a time then finds out when they are free. */
  isHeld: boolean
  waiting: Set<() => void>
}

/** Changes that a company's callers make at once: a few run, the others wait for their turn, so that no company takes all connections. */
export class Turns {
  readonly #companies = new Map<number, Company>()

  /** Runs the work when it is its turn. Throws StorageBusy when it does not come. */
  async take<T>(companyId: number, work: () => Promise<T>): Promise<T> {
    const company = this.#companies.get(companyId) ?? { running: 0, isHeld: false, waiting: new Set() }
    this.#companies.set(companyId, company)
    while (company.running >= (company.isHeld ? 1 : AT_ONCE)) await untilWoken(company)
    company.running++
    try {
      const result = await work()
      company.isHeld = false
      return result
    } catch (error) {
      company.isHeld = error instanceof StorageBusy
      throw error
    } finally {
      company.running--
      this.#wake(companyId, company)
    }
  }

  #wake(companyId: number, company: Company): void {
    const free = (company.isHeld ? 1 : AT_ONCE) - company.running
    for (const wake of [...company.waiting].slice(0, free)) wake()
    if (company.running === 0 && company.waiting.size === 0 && !company.isHeld) this.#companies.delete(companyId)
  }
}

function untilWoken({ waiting }: Company): Promise<void> {
  return new Promise((resolve, reject) => {
    const turnAway = () => {
      waiting.delete(wake)
      reject(new StorageBusy('too many changes of the company wait'))
    }
    const timer = setTimeout(turnAway, PATIENCE_MS)
    const wake = () => {
      clearTimeout(timer)
      waiting.delete(wake)
      resolve()
    }
    waiting.add(wake)
    if (waiting.size > MAX_WAITING) {
      clearTimeout(timer)
      turnAway()
    }
  })
}
