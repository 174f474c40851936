import type { CreatedDelivery } from '../events/bus.ts'

/** The limit of concurrent claims of a company, of four in all (loop.ts): a company with slow claims leaves one to the others. */
const CLAIMS_EACH = 3
/** The limit of messages passed on for a channel; with more, it is peeked. */
const CREATED_EACH = 32

interface Company {
  /** Channels to peek. */
  pending: Set<number>
  /** Messages passed on by their creation, by channel: they need no peek. */
  created: Map<number, CreatedDelivery[]>
  /** Channels with a claim in flight. */
  claiming: Set<number>
  claims: number
}

export interface PendingWork {
  companyId: number
  /** Channels to peek. */
  channelIds: number[]
  /** Messages of other channels. */
  created: CreatedDelivery[]
}

/** The channels on which messages may be sent, and those with a claim in flight. */
export class PendingChannels {
  readonly #companies = new Map<number, Company>()

  add(companyId: number, channelIds: Iterable<number>): void {
    const company = this.#of(companyId)
    for (const id of channelIds) {
      company.pending.add(id)
      company.created.delete(id)
    }
  }

  /** Adds messages that may be sent at once; on a channel to peek they are found then. */
  handOver(companyId: number, deliveries: CreatedDelivery[]): void {
    const company = this.#of(companyId)
    for (const delivery of deliveries) {
      const known = company.created.get(delivery.channelId) ?? []
      if (known.length === CREATED_EACH) this.add(companyId, [delivery.channelId])
      if (!company.pending.has(delivery.channelId)) company.created.set(delivery.channelId, [...known, delivery])
    }
  }

  /**
   * Takes the pending work of a company on channels without a claim in flight, round-robin over companies; it belongs to the
   * caller until `release`.
   */
  take(): PendingWork | undefined {
    for (const [companyId, company] of this.#companies) {
      const work = company.claims < CLAIMS_EACH ? takeFrom(companyId, company) : undefined
      if (!work) continue
      company.claims++
      this.#companies.delete(companyId)
      this.#companies.set(companyId, company)
      return work
    }
    return undefined
  }

  release({ companyId, channelIds, created }: PendingWork): void {
    const company = this.#of(companyId)
    company.claims--
    for (const id of channelIds) company.claiming.delete(id)
    for (const { channelId } of created) company.claiming.delete(channelId)
    if (company.claims + company.pending.size + company.created.size === 0) this.#companies.delete(companyId)
  }

  #of(companyId: number): Company {
    const known = this.#companies.get(companyId)
    if (known) return known
    const company: Company = { pending: new Set(), created: new Map(), claiming: new Set(), claims: 0 }
    this.#companies.set(companyId, company)
    return company
  }
}

function takeFrom(companyId: number, { pending, created, claiming }: Company): PendingWork | undefined {
  const channelIds = [...pending].filter((id) => !claiming.has(id))
  const taken = [...created].filter(([id]) => !claiming.has(id))
  if (channelIds.length + taken.length === 0) return undefined
  for (const id of channelIds) pending.delete(id)
  for (const [id] of taken) created.delete(id)
  for (const id of [...channelIds, ...taken.map(([id]) => id)]) claiming.add(id)
  return { companyId, channelIds, created: taken.flatMap(([, deliveries]) => deliveries) }
}
