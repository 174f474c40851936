import { type TSchema, Type } from 'typebox'
import { limits } from './limits.ts'
import { errorTypes } from './wire.ts'

const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(nullable(schema))
const seconds = 'Seconds, with milliseconds'

/** An id of the channel's own: anything but blank, at most 200 characters (S29). */
export const ExternalId = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })

// Hub → channel server

const ChannelPayload = Type.Object({ channel_id: Type.String() })

export const ConversationReference = Type.Object({
  external_conversation_id: Type.Optional(Type.String()),
  external_conversation_ids: Type.Array(Type.String()),
})

export const Author = Type.Object({
  _links: Type.Object({
    self: Type.String(),
    related: Type.Object({ inboxes: Type.String(), conversations: Type.String() }),
  }),
  id: Type.String(),
  email: Type.String(),
  username: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  is_admin: Type.Boolean(),
  is_available: Type.Boolean(),
  is_blocked: Type.Boolean(),
  license_type: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  custom_fields: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

export const Recipient = Type.Object({
  _links: Type.Object({ related: Type.Object({ contact: nullable(Type.String()) }) }),
  name: nullable(Type.String()),
  handle: Type.String(),
  role: Type.Enum(['from', 'to', 'cc', 'bcc', 'reply-to']),
})

export const Attachment = Type.Object({
  id: Type.String(),
  filename: Type.String(),
  url: Type.String(),
  content_type: Type.String(),
  size: Type.Integer({ minimum: 0, description: 'Bytes' }),
  metadata: Type.Object({ is_inline: Type.Boolean(), cid: Type.Optional(Type.String()) }),
})

export const MessagePayload = Type.Object({
  _links: Type.Object({
    self: Type.String(),
    related: Type.Object({
      conversation: Type.String(),
      message_replied_to: Type.Optional(Type.String()),
      message_seen: Type.Optional(Type.String()),
    }),
  }),
  id: Type.String({ pattern: '^msg_[0-9a-z]+$' }),
  message_uid: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  type: Type.String(),
  is_inbound: Type.Boolean(),
  created_at: Type.Number({ description: seconds }),
  blurb: Type.String(),
  body: Type.String({ description: 'HTML' }),
  text: Type.String({ description: 'Plain text' }),
  error_type: nullable(Type.String()),
  version: nullable(Type.String()),
  subject: nullable(Type.String()),
  draft_mode: nullable(Type.String()),
  metadata: Type.Object({
    external_id: Type.Optional(Type.String()),
    headers: Type.Optional(Type.Object({ in_reply_to: nullable(Type.String()) })),
  }),
  author: nullable(Author),
  recipients: Type.Array(Recipient, { contains: Type.Object({ role: Type.Literal('to') }) }),
  attachments: Type.Array(Attachment),
  signature: Type.Null(),
  is_draft: Type.Boolean(),
})

export const AutoreplyPayload = Type.Object({
  _links: Type.Object({
    related: Type.Object({ conversation: Type.String(), message_replied_to: Type.String() }),
  }),
  id: Type.Optional(Type.Never()),
  type: Type.Literal('auto_reply'),
  is_inbound: Type.Boolean(),
  created_at: Type.Number({ description: seconds }),
  body: Type.String({ description: 'HTML' }),
  text: Type.String({ description: 'Plain text' }),
  recipients: Type.Array(Recipient, { contains: Type.Object({ role: Type.Literal('to') }) }),
  attachments: Type.Array(Attachment),
})

/** `type` and `payload`, and never `emitted_at` or `target` beside them: by that receivers know channel traffic (T7). */
const closed = { additionalProperties: false }

export const AuthorizationRequest = Type.Object(
  { type: Type.Literal('authorization'), payload: ChannelPayload },
  { ...closed, $id: 'AuthorizationRequest' },
)
export const MessageRequest = Type.Object(
  { type: Type.Literal('message'), payload: MessagePayload, metadata: ConversationReference },
  { ...closed, $id: 'MessageRequest' },
)
export const MessageAutoreplyRequest = Type.Object(
  { type: Type.Literal('message_autoreply'), payload: AutoreplyPayload, metadata: ConversationReference },
  { ...closed, $id: 'MessageAutoreplyRequest' },
)
export const MessageImportedRequest = Type.Object(
  { type: Type.Literal('message_imported'), payload: MessagePayload, metadata: ConversationReference },
  { ...closed, $id: 'MessageImportedRequest' },
)
export const DeleteRequest = Type.Object(
  { type: Type.Literal('delete'), payload: ChannelPayload },
  { ...closed, $id: 'DeleteRequest' },
)
export const ChannelRequest = Type.Union([
  AuthorizationRequest,
  MessageRequest,
  MessageAutoreplyRequest,
  MessageImportedRequest,
  DeleteRequest,
])

// Channel server → hub, in its answers

export const AuthorizationAnswer = Type.Object({
  type: Type.Literal('success'),
  webhook_url: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
})

/** Success with or without ids; ids without a `type` are as good. */
export const MessageAnswer = Type.Union([
  Type.Object({
    type: Type.Literal('success'),
    external_id: Type.Optional(ExternalId),
    external_conversation_id: Type.Optional(ExternalId),
  }),
  Type.Object({
    type: Type.Optional(Type.Never()),
    external_id: ExternalId,
    external_conversation_id: Type.Optional(ExternalId),
  }),
  Type.Object({
    type: Type.Optional(Type.Never()),
    external_id: Type.Optional(ExternalId),
    external_conversation_id: ExternalId,
  }),
])

export const RefusalAnswer = Type.Object({ type: Type.Enum([...errorTypes]), message: Type.String() })

// Channel server → hub, in its requests. Fields that are not named here are ignored (T19).

export const Person = Type.Object({
  handle: Type.String({
    minLength: 1,
    maxLength: limits.handle,
    pattern: '\\S',
    description: 'Phone numbers with + and country code',
  }),
  name: optional(Type.String({ maxLength: limits.name, description: 'Given to the contact when it has no name yet' })),
  email: optional(Type.String({ maxLength: 320, description: 'Links to the contact that has this address' })),
})

const pushed = {
  subject: optional(Type.String({ maxLength: limits.subject })),
  body: Type.String({
    minLength: 1,
    maxLength: 1 << 20,
    pattern: '\\S',
    description: 'HTML when it has a known element, else plain text',
  }),
  metadata: Type.Object({
    external_id: ExternalId,
    external_conversation_id: ExternalId,
    referenced_message_external_id: optional(ExternalId),
  }),
  // to the end of the year 9999; that it is at most a day ahead is the clock's question (S31)
  delivered_at: optional(
    Type.Integer({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds; at most a day ahead' }),
  ),
}

export const InboundMessage = Type.Object({ sender: Person, ...pushed })

/** `to` as a single object is the older form, which the official template still sends (T18). */
export const PushedOutboundMessage = Type.Object({
  to: Type.Union([Type.Array(Person, { minItems: 1, maxItems: 100 }), Person]),
  sender_name: optional(Type.String({ maxLength: limits.name })),
  author_id: optional(Type.String({ maxLength: limits.reference, description: 'A teammate id or alt:email: alias' })),
  ...pushed,
})

export const MessageStatus = Type.Object({
  status: Type.Literal('failed'),
  reason: optional(Type.String({ maxLength: limits.reason })),
})
export const ChannelHealth = Type.Object({ status: Type.Enum(['ok', 'offline']) })
export const Accepted = Type.Object({ status: Type.Literal('accepted'), message_uid: Type.String() })
