/** Looks at one company's channels at the same time, of four in all (loop.ts): who is stuck leaves one to everybody else. */
const LOOKS_EACH = 3

interface Company {
  wanted: Set<number>
  /** Somebody looks at them. */
  busy: Set<number>
  looks: number
}

/** Channels of which it is worth looking whether something may start, and those that somebody is looking at. */
export class WantedChannels {
  readonly #companies = new Map<number, Company>()

  add(companyId: number, channelIds: Iterable<number>): void {
    const company = this.#of(companyId)
    for (const id of channelIds) company.wanted.add(id)
  }

  /** Wanted channels of a company that nobody else looks at, the companies in turns; they are the caller's until `release`. */
  take(): { companyId: number; channelIds: number[] } | undefined {
    for (const [companyId, company] of this.#companies) {
      const channelIds = company.looks < LOOKS_EACH ? takeOf(company) : []
      if (channelIds.length === 0) continue
      company.looks++
      for (const id of channelIds) {
        company.wanted.delete(id)
        company.busy.add(id)
      }
      this.#companies.delete(companyId)
      this.#companies.set(companyId, company)
      return { companyId, channelIds }
    }
    return undefined
  }

  release(companyId: number, channelIds: number[]): void {
    const company = this.#of(companyId)
    company.looks--
    for (const id of channelIds) company.busy.delete(id)
    if (company.looks + company.wanted.size === 0) this.#companies.delete(companyId)
  }

  #of(companyId: number): Company {
    const known = this.#companies.get(companyId)
    if (known) return known
    const company = { wanted: new Set<number>(), busy: new Set<number>(), looks: 0 }
    this.#companies.set(companyId, company)
    return company
  }
}

function takeOf({ wanted, busy }: Company): number[] {
  return [...wanted].filter((id) => !busy.has(id))
}
