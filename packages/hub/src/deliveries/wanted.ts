/** Channels of which it is worth looking whether something may start, and those that somebody is looking at. */
export class WantedLanes {
  readonly #lanes = new Map<number, Set<number>>()
  readonly #busy = new Map<number, Set<number>>()

  add(companyId: number, channelIds: Iterable<number>): void {
    const known = this.#lanes.get(companyId)
    if (!known) this.#lanes.set(companyId, new Set(channelIds))
    else for (const id of channelIds) known.add(id)
  }

  /** All wanted channels of a company that nobody else looks at; they are the caller's until `release`. */
  take(): { companyId: number; channelIds: number[] } | undefined {
    for (const [companyId, wanted] of this.#lanes) {
      const busy = this.#busy.get(companyId) ?? new Set()
      const channelIds = [...wanted].filter((id) => !busy.has(id))
      if (channelIds.length === 0) continue
      for (const id of channelIds) {
        wanted.delete(id)
        busy.add(id)
      }
      this.#busy.set(companyId, busy)
      if (wanted.size === 0) this.#lanes.delete(companyId)
      return { companyId, channelIds }
    }
    return undefined
  }

  release(companyId: number, channelIds: number[]): void {
    const busy = this.#busy.get(companyId)
    for (const id of channelIds) busy?.delete(id)
    if (busy?.size === 0) this.#busy.delete(companyId)
  }
}
