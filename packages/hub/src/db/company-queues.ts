/** A queue for each company. Items are taken round-robin, so that no company waits behind all items of another. */
export class CompanyQueues<Item extends { company: number; size: number }> {
  readonly #queues = new Map<number, Item[]>()

  get isEmpty(): boolean {
    return this.#queues.size === 0
  }

  companies(): number[] {
    return [...this.#queues.keys()]
  }

  has(company: number): boolean {
    return this.#queues.has(company)
  }

  push(item: Item): void {
    const queue = this.#queues.get(item.company)
    if (queue) queue.push(item)
    else this.#queues.set(item.company, [item])
  }

  /** Puts items back to the front of their queues, in their order. */
  putBack(items: Item[]): void {
    for (const item of items.toReversed()) {
      const queue = this.#queues.get(item.company)
      if (queue) queue.unshift(item)
      else this.#queues.set(item.company, [item])
    }
  }

  /** Takes at most `maxItems` with a total of `maxSize` (the first of any size), first an equal share of each company. */
  take(maxItems: number, maxSize: number, companies: number[] = this.companies()): Item[] {
    const taken: Item[] = []
    let sizeLeft = maxSize
    for (let before = -1; before < taken.length && taken.length < maxItems; ) {
      before = taken.length
      const waiting = companies.filter((company) => this.#queues.has(company))
      const share = { items: Math.ceil((maxItems - before) / waiting.length), size: sizeLeft / waiting.length }
      for (const company of waiting) {
        const items = Math.min(share.items, maxItems - taken.length)
        const some = this.#takeOf(company, items, share.size, taken.length === 0 ? Number.POSITIVE_INFINITY : sizeLeft)
        for (const item of some) sizeLeft -= item.size
        taken.push(...some)
      }
    }
    return taken
  }

  /** Takes all items of one company. */
  remove(company: number): Item[] {
    const queue = this.#queues.get(company) ?? []
    this.#queues.delete(company)
    return queue
  }

  /** Takes items from the front of each queue while the condition holds. */
  removeWhile(holds: (item: Item) => boolean): Item[] {
    return this.companies().flatMap((company) => {
      const queue = this.remove(company)
      const end = queue.findIndex((item) => !holds(item))
      if (end >= 0) this.#queues.set(company, queue.slice(end))
      return end >= 0 ? queue.slice(0, end) : queue
    })
  }

  /** Takes items of one company, which then is the last in turn. */
  #takeOf(company: number, maxItems: number, maxSize: number, sizeLeft: number): Item[] {
    const queue = this.remove(company)
    let count = 0
    for (let size = 0; count < maxItems && count < queue.length; count++) {
      size += queue[count]!.size
      if (size > (count === 0 ? sizeLeft : Math.min(maxSize, sizeLeft))) break
    }
    if (count < queue.length) this.#queues.set(company, queue)
    return queue.splice(0, count)
  }
}
