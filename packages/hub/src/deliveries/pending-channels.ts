/** Claims of one company at the same time, of four in all (loop.ts): who is stuck leaves one to everybody else. */
const CLAIMS_EACH = 3

interface Company {
  pending: Set<number>
  /** A claim on them is under way. */
  claiming: Set<number>
  claims: number
}

/** Channels on which something may start, and those on which a claim is under way. */
export class PendingChannels {
  readonly #companies = new Map<number, Company>()

  add(companyId: number, channelIds: Iterable<number>): void {
    const company = this.#of(companyId)
    for (const id of channelIds) company.pending.add(id)
  }

  /** Pending channels of a company on which no claim is under way, the companies in turns; they are the caller's until `release`. */
  take(): { companyId: number; channelIds: number[] } | undefined {
    for (const [companyId, company] of this.#companies) {
      const channelIds = company.claims < CLAIMS_EACH ? takeOf(company) : []
      if (channelIds.length === 0) continue
      company.claims++
      for (const id of channelIds) {
        company.pending.delete(id)
        company.claiming.add(id)
      }
      this.#companies.delete(companyId)
      this.#companies.set(companyId, company)
      return { companyId, channelIds }
    }
    return undefined
  }

  release(companyId: number, channelIds: number[]): void {
    const company = this.#of(companyId)
    company.claims--
    for (const id of channelIds) company.claiming.delete(id)
    if (company.claims + company.pending.size === 0) this.#companies.delete(companyId)
  }

  #of(companyId: number): Company {
    const known = this.#companies.get(companyId)
    if (known) return known
    const company = { pending: new Set<number>(), claiming: new Set<number>(), claims: 0 }
    this.#companies.set(companyId, company)
    return company
  }
}

function takeOf({ pending, claiming }: Company): number[] {
  return [...pending].filter((id) => !claiming.has(id))
}
