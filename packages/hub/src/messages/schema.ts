import { limits } from '@portico/protocol'
import { MessagePayload } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'
import { AttachmentIds } from '../attachments/schema.ts'
import { RecipientResource } from '../contacts/schema.ts'
import { Delivery } from '../delivery-states/schema.ts'
import { Reference } from '../http/list-schema.ts'
import { ChosenTemplate } from '../message-templates/schema.ts'
import { AsText, richFields } from '../rich-content/schema.ts'
import { TagIds } from '../tags/schema.ts'
import { Teammate } from '../teammates/schema.ts'
import { Reactions } from './reactions.ts'

const Nullable = <T extends import('typebox').TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A change of a message that the channel has not taken (message-changes/). Times are seconds since 1970. */
export const MessageChange = Type.Object(
  {
    kind: Type.String({ description: '`edit`, `deletion`, `reaction`' }),
    part: Type.String({ description: 'Tells changes of one kind apart: of a reaction, whose it is' }),
    version: Type.Integer(),
    state: Type.Enum(['pending', 'failed']),
    since: Type.Number(),
    next_attempt_at: Nullable(Type.Number({ description: 'Of one that is tried again' })),
    error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
    may_have_arrived: Type.Boolean({ description: 'An attempt got no answer: the customer may see it' }),
  },
  { $id: 'MessageChange' },
)
export type MessageChange = Static<typeof MessageChange>

/** Front's Message, which is the payload of the wire, with Portico's: delivery, error_message, sender_name, channel_id, render, seen_at, quoted, fallback, pressed. */
export const Message = Type.Object(
  {
    ...MessagePayload.properties,
    /** The headers; empty for a message that is no reply, where the wire has null. */
    metadata: Type.Object({
      external_id: Type.Optional(Type.String()),
      headers: Type.Object(
        { in_reply_to: Type.Optional(Type.String()) },
        { additionalProperties: true, description: 'Of a custom channel also what was pushed as metadata.headers' },
      ),
      application_message_template: MessagePayload.properties.metadata.properties.application_message_template,
      buttons: MessagePayload.properties.metadata.properties.buttons,
      pressed_button: MessagePayload.properties.metadata.properties.pressed_button,
      location: MessagePayload.properties.metadata.properties.location,
    }),
    author: Nullable(Teammate),
    recipients: Type.Array(RecipientResource),
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
            { description: 'HTML beyond the limits of what is converted: its content is in `text`' },
          ),
        ]),
      ),
    ),
    delivered_at: Type.Optional(Nullable(Type.Number({ description: 'When it reached the customer, in seconds' }))),
    seen_at: Type.Optional(Nullable(Type.Number({ description: 'When the customer saw it first, in seconds' }))),
    quoted: Type.Optional(
      Nullable(
        Type.Union(
          [
            Type.Object({
              message_id: Type.String(),
              is_inbound: Type.Boolean(),
              name: Nullable(Type.String()),
              blurb: Type.String(),
              is_removed: Type.Boolean(),
            }),
            Type.Object({ message_id: Type.Null() }, { description: 'The hub does not have it in this conversation' }),
          ],
          { description: 'The message that this one answers, as its channel said' },
        ),
      ),
    ),
    reactions: Type.Optional(Reactions),
    changes: Type.Optional(
      Type.Array(MessageChange, { description: 'Changes that the channel has not taken yet, or refused' }),
    ),
    newest_version: Type.Optional(
      Type.Integer({ description: 'Of its text, also one that is on its way: `base_version` of an edit' }),
    ),
    edited_at: Type.Optional(
      Nullable(Type.Number({ description: 'When what it says was written; null: as it was first' })),
    ),
    edited_text: Type.Optional(
      Nullable(Type.String({ description: 'Of an edit that the channel has not taken: the first 50,000 characters' })),
    ),
    removed: Type.Optional(
      Nullable(
        Type.Object(
          {
            at: Type.Number(),
            by: Type.Enum(['teammate', 'api', 'channel'], {
              description: 'channel: the customer, or an app outside Portico',
            }),
            teammate_id: Nullable(Type.String()),
          },
          { description: 'It was removed: body, text, subject and files are empty' },
        ),
      ),
    ),
    fallback: Type.Optional(
      Nullable(
        Type.Object(
          { text: Type.String(), replaces: AsText },
          {
            description:
              'What the customer read below the text, because the channel could not show it otherwise. null: nothing',
          },
        ),
      ),
    ),
    pressed: Type.Optional(
      Nullable(
        Type.Object(
          { message_id: Type.String(), title: Type.String() },
          { description: 'The message that has the pressed button, and what stands on it. null: none that is known' },
        ),
      ),
    ),
    is_excerpt: Type.Optional(Type.Boolean({ description: 'In the stream: of a long one only the beginning' })),
  },
  { $id: 'Message' },
)
export type Message = Static<typeof Message>

const Options = Type.Object({
  archive: Type.Optional(Type.Boolean({ default: true, description: 'Archive the conversation right when sending' })),
  tag_ids: Type.Optional(Nullable(TagIds)),
})

/** A handle, as Front has it. */
const Handle = Type.String({ minLength: 1, maxLength: 320 })

const ofEmail = 'Documented for email channels only, which Portico does not have: it changes nothing.'

const outboundFields = {
  body: Type.Optional(
    Type.String({ maxLength: 500_000, description: 'Needed, unless there is a file, or a template says what is sent' }),
  ),
  template: Type.Optional(ChosenTemplate),
  body_format: Type.Optional(
    Type.Enum(['text', 'html'], {
      description:
        'Portico extension. Absent: HTML when the body has a complete element with something in it, else plain text',
    }),
  ),
  subject: Type.Optional(Nullable(Type.String({ maxLength: limits.subject }))),
  text: Type.Optional(
    Nullable(Type.String({ maxLength: 500_000, description: `${ofEmail} The text of a message is that of its body` })),
  ),
  should_add_default_signature: Type.Optional(
    Nullable(Type.Boolean({ description: `${ofEmail} Messages have no signature` })),
  ),
  sender_name: Type.Optional(Type.String({ maxLength: 200 })),
  author_id: Type.Optional(
    Reference('A teammate id or alt:email: alias. A teammate who is signed in names themselves only'),
  ),
  options: Type.Optional(Options),
  attachment_ids: Type.Optional(AttachmentIds),
  ...richFields,
  draft_version: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "Portico extension. The version of the author's draft that is sent; a newer one stays",
    }),
  ),
}

export const OutboundReply = Type.Object({
  ...outboundFields,
  to: Type.Optional(Type.Array(Handle, { maxItems: 50, description: 'Absent or empty: who is in the conversation' })),
  channel_id: Type.Optional(Reference()),
})
export type OutboundReply = Static<typeof OutboundReply>

export const OutboundMessage = Type.Object({
  ...outboundFields,
  to: Type.Array(Handle, { minItems: 1, maxItems: 50 }),
})
export type OutboundMessage = Static<typeof OutboundMessage>

export const Withdrawal = Type.Object({ idempotency_key: Type.String({ minLength: 1, maxLength: 255 }) })

export const Withdrawn = Type.Object({
  message_id: Type.Union([Type.String(), Type.Null()], {
    description:
      'The message that the request had made: it can be cancelled. null: there is none, and there will be none',
  }),
})
