import { publicId } from '@portico/protocol'
import type { TypingHint } from './bus.ts'
import type { Presenters } from './presenters.ts'
import type { Reader } from './reader.ts'

const MOST_WAITING = 1_000

/**
 * Sends to the readers who may see its conversation, where it is now, that a customer writes: in order, all that came meanwhile with
 * one look-up.
 */
export class TypingFrames {
  readonly #readers: ReadonlySet<Reader>
  readonly #conversations: Presenters['conversations']
  #waiting: TypingHint[] = []
  #isSending = false

  constructor(readers: ReadonlySet<Reader>, { conversations }: Presenters) {
    this.#readers = readers
    this.#conversations = conversations
  }

  readonly add = (typing: TypingHint): void => {
    if (this.#waiting.length >= MOST_WAITING || this.#readersOf(typing.companyId).length === 0) return
    this.#waiting.push(typing)
    if (!this.#isSending) void this.#sendAll()
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      for (const [companyId, hints] of Map.groupBy(batch, (typing) => typing.companyId)) {
        // what is lost for want of the database ends by itself
        await this.#send(companyId, hints).catch(() => {})
      }
    }
    this.#isSending = false
  }

  async #send(companyId: number, hints: TypingHint[]): Promise<void> {
    const ids = [...new Set(hints.map(({ conversationId }) => conversationId))]
    const found = await this.#conversations.find(companyId, ids)
    for (const typing of hints) {
      const location = found.get(typing.conversationId)?.location
      if (!location) continue
      await Promise.allSettled(this.#readersOf(companyId).map((reader) => reader.sendAbout(location, frame(typing))))
    }
  }

  #readersOf(companyId: number): Reader[] {
    return [...this.#readers].filter((reader) => reader.companyId === companyId)
  }
}

/** Without an id: it is no event of the company. */
function frame({ companyId, conversationId, isTyping, handle, name }: TypingHint): string {
  const conversation_id = publicId('cnv', companyId, conversationId)
  const data = { conversation_id, sender: { handle, name: name || null }, is_typing: isTyping }
  return `event: typing\ndata: ${JSON.stringify(data)}\n\n`
}
