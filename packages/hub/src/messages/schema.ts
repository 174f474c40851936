import { limits } from '@portico/protocol'
import { type Static, Type } from 'typebox'
import { deliveryFields } from '../deliveries/schema.ts'
import { Reference } from '../http/list-schema.ts'
import { Teammate } from '../teammates/schema.ts'

const Nullable = <T extends import('typebox').TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** How an outbound message stands on its way to the channel's server. */
export const Delivery = Type.Object(deliveryFields, { $id: 'Delivery' })

export const RecipientResource = Type.Object(
  {
    _links: Type.Object({ related: Type.Object({ contact: Nullable(Type.String()) }) }),
    name: Nullable(Type.String()),
    handle: Type.String(),
    role: Type.Enum(['from', 'to', 'cc', 'bcc', 'reply-to']),
  },
  { $id: 'Recipient' },
)

/** Front's Message, with ours: delivery, error_message, sender_name, channel_id, render. */
export const Message = Type.Object(
  {
    _links: Type.Object({ self: Type.String(), related: Type.Object({}, { additionalProperties: true }) }),
    id: Type.String(),
    message_uid: Type.String(),
    type: Type.String(),
    is_inbound: Type.Boolean(),
    created_at: Type.Number({ description: 'Seconds, with milliseconds' }),
    blurb: Type.String(),
    body: Type.String({ description: 'HTML' }),
    text: Type.String({ description: 'Plain text' }),
    error_type: Nullable(Type.String()),
    version: Nullable(Type.String()),
    subject: Nullable(Type.String()),
    draft_mode: Nullable(Type.String()),
    metadata: Type.Object({}, { additionalProperties: true }),
    author: Nullable(Teammate),
    recipients: Type.Array(RecipientResource),
    attachments: Type.Array(Type.Object({}, { additionalProperties: true })),
    signature: Type.Null(),
    is_draft: Type.Boolean(),
    delivery: Type.Optional(Nullable(Delivery)),
    error_message: Type.Optional(Nullable(Type.String())),
    sender_name: Type.Optional(Nullable(Type.String())),
    channel_id: Type.Optional(Type.String()),
    render: Type.Optional(
      Nullable(
        Type.Union([
          Type.Object({ kind: Type.Literal('inline'), html: Type.String() }),
          Type.Object({ kind: Type.Literal('frame'), url: Type.String() }),
          Type.Object(
            { kind: Type.Literal('text') },
            { description: 'HTML beyond the limits of what is converted: `text` has its words' },
          ),
        ]),
      ),
    ),
  },
  { $id: 'Message' },
)

const Options = Type.Object({
  archive: Type.Optional(Type.Boolean({ default: true, description: 'Archive the conversation right when sending' })),
})

/** A handle, as Front has it. */
const Handle = Type.String({ minLength: 1, maxLength: 320 })

const outboundFields = {
  body: Type.String({ minLength: 1, maxLength: 500_000 }),
  body_format: Type.Optional(
    Type.Enum(['text', 'html'], {
      description: 'Ours. Absent: HTML when the body has a complete element with something in it, else plain text',
    }),
  ),
  subject: Type.Optional(Nullable(Type.String({ maxLength: limits.subject }))),
  sender_name: Type.Optional(Type.String({ maxLength: 200 })),
  author_id: Type.Optional(
    Reference('A teammate id or alt:email: alias. A teammate who is signed in names themselves only'),
  ),
  options: Type.Optional(Options),
  draft_version: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: "Ours. The version of the author's draft that is sent; a newer one stays",
    }),
  ),
}

export const OutboundReply = Type.Object({
  ...outboundFields,
  to: Type.Optional(Type.Array(Handle, { minItems: 1, maxItems: 50 })),
  channel_id: Type.Optional(Reference()),
})
export type OutboundReply = Static<typeof OutboundReply>

export const OutboundMessage = Type.Object({
  ...outboundFields,
  to: Type.Array(Handle, { minItems: 1, maxItems: 50 }),
})
export type OutboundMessage = Static<typeof OutboundMessage>

export const Accepted = Type.Object({ status: Type.Literal('accepted'), message_uid: Type.String() })
