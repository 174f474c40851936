import type { BodyOf } from '@portico/protocol/operations'
import type { Conversation, Teammate } from '../api/types.ts'

/** The status that is written; what is read of an open one says whether it is assigned, and of spam that it is deleted. */
export type WrittenStatus = 'open' | 'archived' | 'deleted' | 'spam'

/** The fields of a conversation that features added: `PUT /conversations/{id}/{field}` writes one. */
export type AddedField = {
  [Field in keyof Conversation & string]: [BodyOf<'PUT', `/conversations/${string}/${Field}`>] extends [never]
    ? never
    : BodyOf<'PUT', `/conversations/${string}/${Field}`> extends Pick<Conversation, Field>
      ? Field
      : never
}[keyof Conversation & string]

/** What a teammate does to a conversation beside writing in it. */
export type ConversationChange =
  | { does: 'put'; status: WrittenStatus }
  | { does: 'assign'; assignee: Teammate | null }
  | { does: 'set'; field: AddedField; value: Conversation[AddedField] }
  /** Up to a message; null: to the newest. */
  | { does: 'read'; upTo: string | null }
  | { does: 'unread' }
