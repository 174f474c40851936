import { limits } from '@portico/protocol'
import { RecipientRole, SentTemplate } from '@portico/protocol/schemas'
import { type Static, type TSchema, Type } from 'typebox'
import { AttachmentIds } from '../attachments/schema.ts'
import { Reference } from '../http/list-schema.ts'
import { StoredContent } from '../rich-content/schema.ts'

const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)

/** Microseconds, so that the order of what happened in one moment is kept. */
const Time = Type.String({
  maxLength: 27,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$',
  description: 'UTC, to the microsecond: `2026-03-01T09:30:00.123456Z`',
})
const Name = Type.String({ maxLength: limits.name })
const Handle = Type.String({ minLength: 1, maxLength: limits.handle })
const Email = Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const ExternalId = Type.String({ minLength: 1, maxLength: 1_000 })
const Body = Type.String({ maxLength: 1_048_576 })
const Failure = Type.String({ maxLength: limits.reason })

const { external_id, name, variables } = SentTemplate.properties
const Template = Type.Object({
  external_id: Type.String({ ...external_id, maxLength: 1_000 }),
  name: Type.String({ ...name, maxLength: 1_000 }),
  variables: Type.Array(
    Type.Object({
      uid: Type.String({ maxLength: 1_000 }),
      name: Type.String({ maxLength: 1_000 }),
      type: variables.items.properties.type,
      value: Type.String({ maxLength: 4_000 }),
    }),
    { maxItems: 1_000 },
  ),
})

const messageFields = {
  external_id: ExternalId,
  is_inbound: Type.Boolean(),
  sent_at: Time,
  created_at: optional(Time),
  delivered_at: optional(Time),
  author: optional(Type.Object({ email: Email, first_name: optional(Name), last_name: optional(Name) })),
  handle: optional(
    Type.String({ maxLength: limits.handle, description: 'Where it is not the conversation’s contact’s' }),
  ),
  name: optional(Name),
  sender_name: optional(Name),
  recipients: optional(
    Type.Array(
      Type.Object({
        handle: Handle,
        name: optional(Type.Union([Name, Type.Null()])),
        role: optional(RecipientRole),
      }),
      { maxItems: 1_000 },
    ),
  ),
  subject: optional(Type.String({ maxLength: limits.subject })),
  body: Body,
  body_format: Type.Enum(['text', 'html']),
  in_reply_to: optional(
    Type.String({ minLength: 1, maxLength: 1_000, description: 'The external id of the message that it answers' }),
  ),
  template: optional(Template),
  rich_content: optional(StoredContent),
  delivery: optional(
    Type.Object(
      {
        state: Type.Enum(['sent', 'failed', 'not_confirmed']),
        error: optional(Type.Object({ code: Type.String({ maxLength: 100 }), message: optional(Failure) })),
      },
      { description: 'Of an outbound message. Nothing is sent; what failed there is dismissed here' },
    ),
  ),
  error: optional(Type.Object({ type: Type.String({ maxLength: 100 }), message: optional(Failure) })),
  seen_at: optional(Time),
  edited_at: optional(Time),
  removed_at: optional(Time),
}

const HistoryMessage = Type.Object({
  ...messageFields,
  channel_id: optional(Reference('Where it is not the conversation’s')),
  attachment_ids: optional(AttachmentIds),
})

const conversationFields = {
  external_ids: Type.Array(Type.Object({ channel_id: Reference(), external_id: ExternalId }), {
    minItems: 1,
    maxItems: 100,
  }),
  contact: optional(Type.Object({ handle: Handle, name: optional(Name) })),
  subject: optional(Type.String({ maxLength: limits.subject })),
  status: Type.Enum(['open', 'archived', 'trashed', 'spam']),
  priority: optional(Type.Enum(['low', 'normal', 'high', 'urgent'])),
  assignee: optional(Email),
  inbox: optional(
    Type.String({ minLength: 1, maxLength: limits.name, description: 'Its name; absent: the channel’s' }),
  ),
  created_at: Time,
}

const HistoryConversation = Type.Object({
  channel_id: Reference('`cha_…` or `alt:address:…`'),
  ...conversationFields,
  messages: Type.Array(HistoryMessage, { maxItems: 500 }),
})

export const HistoryToImport = Type.Object({
  conversations: Type.Array(HistoryConversation, { minItems: 1, maxItems: 500 }),
})
export type HistoryMessage = Static<typeof HistoryMessage>
export type HistoryConversation = Static<typeof HistoryConversation>

export const Imported = Type.Object({
  conversations: Type.Integer({ description: 'That are new' }),
  messages: Type.Integer({ description: 'That are new' }),
  known: Type.Integer({ description: 'Messages that were there' }),
})
export type Imported = Static<typeof Imported>

export const ExportedChannel = Type.Object({
  id: Type.String(),
  channel_type: Type.String(),
  name: Type.String(),
  address: Type.String(),
  is_deleted: Type.Boolean(),
  has_history: Type.Boolean({ description: 'Whether conversations are of it' }),
})
export type ExportedChannel = Static<typeof ExportedChannel>

export const ExportedConversation = Type.Object({
  id: Type.String(),
  channel_id: Type.String(),
  ...conversationFields,
})
export type ExportedConversation = Static<typeof ExportedConversation>

export const ExportedMessage = Type.Object({
  ...messageFields,
  channel_id: optional(Type.String()),
  attachments: optional(
    Type.Array(
      Type.Object({
        id: Type.String(),
        sha256: Type.String(),
        size: Type.Integer(),
        filename: Type.String(),
        content_type: Type.String(),
        is_inline: optional(Type.Boolean()),
        cid: optional(Type.String()),
      }),
    ),
  ),
})
export type ExportedMessage = Static<typeof ExportedMessage>
