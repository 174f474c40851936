import type { BodyOf } from '@portico/protocol/operations'
import type { Conversation, Tag, Teammate } from '../api/types.ts'

/** The status in a request. In a response, an open conversation is `assigned` or `unassigned`, and spam is `deleted`. */
export type WrittenStatus = 'open' | 'archived' | 'deleted' | 'spam'

/** The fields of a conversation that features added: `PUT /conversations/{id}/{field}` writes one. */
export type AddedField = {
  [Field in keyof Conversation & string]: [BodyOf<'PUT', `/conversations/${string}/${Field}`>] extends [never]
    ? never
    : BodyOf<'PUT', `/conversations/${string}/${Field}`> extends Pick<Conversation, Field>
      ? Field
      : never
}[keyof Conversation & string]

/** A change of a conversation by a teammate, other than a message. */
export type ConversationChange =
  | { does: 'put'; status: WrittenStatus }
  | { does: 'assign'; assignee: Teammate | null }
  | { does: 'set'; field: AddedField; value: Conversation[AddedField] }
  | { does: 'tag'; tag: Tag; isAdded: boolean }
  /** Marks as read up to a message; null: to the newest. */
  | { does: 'read'; upTo: string | null }
  | { does: 'unread' }
