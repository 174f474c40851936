import { limits } from '@portico/protocol'
import { type Static, type TSchema, Type } from 'typebox'
import { Reference } from '../http/list-schema.ts'
import { NewTag } from '../tags/schema.ts'

const optional = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const Handle = Type.String({ minLength: 1, maxLength: limits.handle })
const Handles = Type.Array(Handle, { maxItems: 100 })

/** Front's ImportMessage. */
export const ImportedMessage = Type.Object({
  sender: Type.Object({
    handle: Handle,
    name: optional(Type.String({ maxLength: limits.name })),
    author_id: optional(Reference('The teammate who wrote an outbound message. Not used of an inbound one')),
  }),
  to: Handles,
  cc: optional(Handles),
  bcc: optional(Handles),
  subject: optional(Type.String({ maxLength: limits.subject })),
  body: Type.String({ maxLength: 1_048_576 }),
  body_format: optional(
    Type.Enum(['html', 'markdown'], { description: 'Of the type `email` only: markdown by default' }),
  ),
  external_id: Type.String({ minLength: 1, maxLength: 1_000 }),
  created_at: Type.Number({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds; at most a day ahead' }),
  type: optional(Type.Enum(['email', 'sms', 'intercom', 'custom'], { description: '`email` by default' })),
  assignee_id: optional(Reference()),
  tags: optional(
    Type.Array(NewTag.properties.name, { maxItems: 20, description: 'Names. Those that there are not yet are made' }),
  ),
  conversation_id: optional(Reference('The conversation to add the message to; `thread_ref` has no effect then')),
  metadata: Type.Object({
    thread_ref: optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Threads imported messages. Without it the customer’s handle does',
      }),
    ),
    is_inbound: Type.Boolean(),
    is_archived: optional(
      Type.Boolean({
        description:
          'true by default: the message is history. With false an inbound message arrives like any other: unread, in an open conversation',
      }),
    ),
    should_skip_rules: optional(Type.Boolean({ description: 'There are no rules yet' })),
  }),
})
export type ImportedMessage = Static<typeof ImportedMessage>
