import type { HubEvent } from '../api/types.ts'

export interface NumberedEvent {
  number: number
  event: HubEvent
}

/**
 * The last events received. A list that was read at event 10 and arrives after event 11 would undo event 11; so later events are
 * applied to every response that has its event number.
 */
export class RecentEvents {
  #kept: NumberedEvent[] = []
  readonly #limit: number

  constructor(limit = 500) {
    this.#limit = limit
  }

  add(numberedEvent: NumberedEvent): void {
    this.#kept.push(numberedEvent)
    if (this.#kept.length > this.#limit) this.#kept.shift()
  }

  /** The number of the last event about a message; 0 for none. */
  lastAbout(messageId: string): number {
    const last = this.#kept.findLast(({ event }) => (event.target?.data as { id?: string } | null)?.id === messageId)
    return last?.number ?? 0
  }

  /** Removes the events of a conversation that is no longer visible to the teammate. */
  forget(conversationId: string): void {
    this.#kept = this.#kept.filter(({ event }) => event.conversation?.id !== conversationId)
  }

  after(number: number): HubEvent[] {
    return this.#kept.filter((event) => event.number > number).map((event) => event.event)
  }
}

export const recentEvents = new RecentEvents()
