import type { Capability, ChannelRequest, MessageChangeReference } from '@portico/protocol'
import type { Database, Reader } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import type { MessageRow } from '../messages/queries.ts'

/** A change as it was claimed: of a message, or of a conversation. */
export interface MessageChange {
  company_id: number
  id: number
  channel_id: number
  message_id: number | null
  conversation_id: number | null
  kind: string
  /** Tells changes of one kind apart: of a reaction, whose it is. */
  part: string
  version: number
}

/** What a request is built from. */
interface ChangeContext {
  db: Pick<Database, 'query'>
  urls: Urls
  /** The message as it is now; undefined for a change of a conversation. */
  message: MessageRow | undefined
  /** Of the channel's type. */
  capabilities: Capability[]
  /** The `metadata` of the request. */
  reference: MessageChangeReference
}

/**
 * A kind of changes of sent messages. It is queued by queue_message_change() in the transaction that stores what it says, then
 * `bus.messageChangeQueued()`. Registered in main.ts.
 */
export interface ChangeKind {
  name: string
  /** Without it the change fails, and says so. */
  capability: Capability
  /** The request of what holds now; null when there is nothing left to tell, which counts as done. */
  request(change: MessageChange, context: ChangeContext): Promise<ChannelRequest | null>
  /**
   * In the transaction that stores the outcome. done: the channel took this version, which a newer one may follow. failed: it
   * refused, or the attempts are used up. dropped: the message was not sent, or a teammate discarded the change.
   */
  settled?(tx: Reader, change: MessageChange, outcome: 'done' | 'failed' | 'dropped'): Promise<void>
}
