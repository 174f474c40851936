import { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'

interface Wakeups {
  events: [companyId: number]
  deliveries: [companyId: number, channelIds: number[], created: CreatedDelivery[]]
  rights: []
  drafts: [draft: DraftHint]
  changes: []
  typing: [typing: TypingHint]
}

/** A message that may be sent at once, with all data of its request. */
export interface CreatedDelivery {
  messageId: number
  conversationId: number
  channelId: number
  buildRequest(urls: Urls): Buffer | Error
}

/** A new version of a teammate's draft. */
export interface DraftHint {
  companyId: number
  teammateId: number
  /** null: the draft of a new message. */
  conversationId: number | null
  version: number
}

/** That a customer writes in a conversation, or stopped. */
export interface TypingHint {
  companyId: number
  conversationId: number
  isTyping: boolean
  handle: string
  /** Empty when the channel gave none. */
  name: string
}

/** The payload for ended rights, on the same channel as the numbers of companies. */
const rightsPayload = 'rights'

/**
 * Wake-ups, published after commit: in this process at once, to other hubs by a throttled NOTIFY. They are hints; what
 * they announce is already a row, and every subscriber also polls, so a lost hint costs a second and nothing else.
 */
export class Bus {
  readonly #emitter = new EventEmitter<Wakeups>().setMaxListeners(0)
  readonly #db: Pick<Database, 'notify'>
  readonly #log: Pick<Logger, 'error'> | undefined

  constructor(db: Pick<Database, 'notify'>, log?: Pick<Logger, 'error'>) {
    this.#db = db
    this.#log = log
  }

  on<Name extends keyof Wakeups>(name: Name, wake: (...args: Wakeups[Name]) => void): () => void {
    this.#emitter.on(name, wake as never)
    return () => this.#emitter.off(name, wake as never)
  }

  eventsCommitted(companyId: number): void {
    this.#publish('events', companyId)
    this.#db.notify('portico_events', String(companyId))
  }

  /** Publishes that messages may be sent on these channels; those in `created` need no look-up. */
  deliveriesCreated(companyId: number, channelIds: number[], created: CreatedDelivery[] = []): void {
    this.#publish('deliveries', companyId, channelIds, created)
    this.#db.notify('portico_deliveries', String(companyId))
  }

  /** Publishes that a right to read ended without an event: a session, an API token. */
  rightsEnded(): void {
    this.#publish('rights')
    this.#db.notify('portico_events', rightsPayload)
  }

  /** Publishes in this process that a change of a sent message is due; other hubs find it at their next poll. */
  messageChangeQueued(): void {
    this.#publish('changes')
  }

  draftChanged(draft: DraftHint): void {
    this.#emitter.emit('drafts', draft)
    const { companyId, teammateId, conversationId, version } = draft
    this.#db.notify('portico_drafts', [companyId, teammateId, conversationId ?? '', version].join(':'))
  }

  customerTyping(typing: TypingHint): void {
    this.#publish('typing', typing)
    const { companyId, conversationId, isTyping, handle, name } = typing
    const texts = [handle, name].map((text) => encodeURIComponent(text.toWellFormed()))
    this.#db.notify('portico_typing', [companyId, conversationId, isTyping ? 1 : 0, ...texts].join(':'))
  }

  /** Passes on what other hubs announced. Ends when the returned function is called. */
  async subscribeToOtherHubs(db: Pick<Database, 'listen'>): Promise<() => Promise<void>> {
    const stopEvents = await db.listen('portico_events', (payload) => {
      if (payload === rightsPayload) this.#publish('rights')
      else this.#publish('events', Number(payload))
    })
    const stopDeliveries = await db.listen('portico_deliveries', (company) =>
      this.#publish('deliveries', Number(company), [], []),
    )
    const stopDrafts = await db.listen('portico_drafts', (payload) => {
      const [companyId = 0, teammateId = 0, conversationId, version = 0] = payload.split(':').map(Number)
      this.#emitter.emit('drafts', { companyId, teammateId, conversationId: conversationId || null, version })
    })
    const stopTyping = await db.listen('portico_typing', (payload) => this.#publish('typing', typingOf(payload)))
    return async () => {
      await stopTyping()
      await stopDrafts()
      await stopEvents()
      await stopDeliveries()
    }
  }

  /** Publishes a wake-up. The rows are stored already: a subscriber that fails reads again by itself. */
  #publish<Name extends keyof Wakeups>(name: Name, ...args: Wakeups[Name]): void {
    try {
      this.#emitter.emit(name, ...(args as never))
    } catch (error) {
      this.#log?.error({ err: error }, 'a wake-up failed')
    }
  }
}

function typingOf(payload: string): TypingHint {
  const [companyId, conversationId, isTyping, handle = '', name = ''] = payload.split(':')
  return {
    companyId: Number(companyId),
    conversationId: Number(conversationId),
    isTyping: isTyping === '1',
    handle: decodeURIComponent(handle),
    name: decodeURIComponent(name),
  }
}
