import type { ReadyDelivery } from '../events/bus.ts'

/** Claims of one company at the same time, of four in all (loop.ts): who is stuck leaves one to everybody else. */
const CLAIMS_EACH = 3
/** Handed over for one channel; where more wait, it is peeked at. */
const READY_EACH = 32

interface Company {
  /** To be peeked at. */
  pending: Set<number>
  /** Handed over, by channel: those need no peek. */
  ready: Map<number, ReadyDelivery[]>
  /** A claim on them is under way. */
  claiming: Set<number>
  claims: number
}

export interface PendingWork {
  companyId: number
  /** To be peeked at. */
  channelIds: number[]
  /** On other channels. */
  ready: ReadyDelivery[]
}

/** Channels on which something may start, and those on which a claim is under way. */
export class PendingChannels {
  readonly #companies = new Map<number, Company>()

  add(companyId: number, channelIds: Iterable<number>): void {
    const company = this.#of(companyId)
    for (const id of channelIds) {
      company.pending.add(id)
      company.ready.delete(id)
    }
  }

  /** What may leave at once; on a channel that will be peeked at anyway it is found then. */
  handOver(companyId: number, deliveries: ReadyDelivery[]): void {
    const company = this.#of(companyId)
    for (const delivery of deliveries) {
      const known = company.ready.get(delivery.channelId) ?? []
      if (known.length === READY_EACH) this.add(companyId, [delivery.channelId])
      if (!company.pending.has(delivery.channelId)) company.ready.set(delivery.channelId, [...known, delivery])
    }
  }

  /** Of a company, what is pending on channels on which no claim is under way, the companies in turns; they are the caller's until `release`. */
  take(): PendingWork | undefined {
    for (const [companyId, company] of this.#companies) {
      const work = company.claims < CLAIMS_EACH ? takeOf(companyId, company) : undefined
      if (!work) continue
      company.claims++
      this.#companies.delete(companyId)
      this.#companies.set(companyId, company)
      return work
    }
    return undefined
  }

  release({ companyId, channelIds, ready }: PendingWork): void {
    const company = this.#of(companyId)
    company.claims--
    for (const id of channelIds) company.claiming.delete(id)
    for (const { channelId } of ready) company.claiming.delete(channelId)
    if (company.claims + company.pending.size + company.ready.size === 0) this.#companies.delete(companyId)
  }

  #of(companyId: number): Company {
    const known = this.#companies.get(companyId)
    if (known) return known
    const company: Company = { pending: new Set(), ready: new Map(), claiming: new Set(), claims: 0 }
    this.#companies.set(companyId, company)
    return company
  }
}

function takeOf(companyId: number, { pending, ready, claiming }: Company): PendingWork | undefined {
  const channelIds = [...pending].filter((id) => !claiming.has(id))
  const handed = [...ready].filter(([id]) => !claiming.has(id))
  if (channelIds.length + handed.length === 0) return undefined
  for (const id of channelIds) pending.delete(id)
  for (const [id] of handed) ready.delete(id)
  for (const id of [...channelIds, ...handed.map(([id]) => id)]) claiming.add(id)
  return { companyId, channelIds, ready: handed.flatMap(([, deliveries]) => deliveries) }
}
