/** Channels of which it is worth looking whether something may start, and the companies that are being looked at. */
export class WantedLanes {
  readonly #lanes = new Map<number, Set<number>>()
  readonly #busy = new Set<number>()

  add(companyId: number, channelIds: Iterable<number>): void {
    const known = this.#lanes.get(companyId)
    if (!known) this.#lanes.set(companyId, new Set(channelIds))
    else for (const id of channelIds) known.add(id)
  }

  /** All wanted channels of a company that nobody else holds; it is held until `release`. */
  take(): { companyId: number; channelIds: number[] } | undefined {
    for (const [companyId, channelIds] of this.#lanes) {
      if (this.#busy.has(companyId)) continue
      this.#lanes.delete(companyId)
      this.#busy.add(companyId)
      return { companyId, channelIds: [...channelIds] }
    }
    return undefined
  }

  release(companyId: number): void {
    this.#busy.delete(companyId)
  }
}
