import { StorageBusy } from '../db/failures.ts'

/** Concurrent changes of a company, of the database's 16 connections. */
const AT_ONCE = 4
const MAX_WAITING = 256
const MAX_WAIT_MS = 2_500

interface Company {
  running: number
  /** The last change failed because another transaction holds the company's rows; until one succeeds, only one runs at a time. */
  isLocked: boolean
  waiting: Set<() => void>
}

/** Limits the concurrent changes of a company, so that none takes all connections. */
export class Turns {
  readonly #companies = new Map<number, Company>()

  /** Runs the work when there is a free slot. Throws StorageBusy after the maximum wait. */
  async take<T>(companyId: number, work: () => Promise<T>): Promise<T> {
    const company = this.#companies.get(companyId) ?? { running: 0, isLocked: false, waiting: new Set() }
    this.#companies.set(companyId, company)
    while (company.running >= (company.isLocked ? 1 : AT_ONCE)) await untilWoken(company)
    company.running++
    try {
      const result = await work()
      company.isLocked = false
      return result
    } catch (error) {
      company.isLocked = error instanceof StorageBusy
      throw error
    } finally {
      company.running--
      this.#wake(companyId, company)
    }
  }

  #wake(companyId: number, company: Company): void {
    const free = (company.isLocked ? 1 : AT_ONCE) - company.running
    for (const wake of [...company.waiting].slice(0, free)) wake()
    if (company.running === 0 && company.waiting.size === 0 && !company.isLocked) this.#companies.delete(companyId)
  }
}

function untilWoken({ waiting }: Company): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeOut = () => {
      waiting.delete(wake)
      reject(new StorageBusy('too many changes of the company are waiting'))
    }
    const timer = setTimeout(timeOut, MAX_WAIT_MS)
    const wake = () => {
      clearTimeout(timer)
      waiting.delete(wake)
      resolve()
    }
    waiting.add(wake)
    if (waiting.size > MAX_WAITING) {
      clearTimeout(timer)
      timeOut()
    }
  })
}
