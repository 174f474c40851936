import { type Static, Type } from 'typebox'

const Nullable = <T extends import('typebox').TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))

/** Ids of the channel's own: anything but blank, at most 200 characters (S29). */
const ExternalId = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })

const PersonFields = {
  handle: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Phone numbers best in E.164' }),
  name: Nullable(Type.String({ description: 'Given to the contact when it has no name yet' })),
  email: Nullable(Type.String({ maxLength: 320, description: 'Links to the contact that has this address' })),
}
const PersonSchema = Type.Object(PersonFields)

const common = {
  subject: Nullable(Type.String()),
  body: Type.String({ minLength: 1, pattern: '\\S', description: 'HTML when it has a known element, else plain text' }),
  metadata: Type.Object({
    external_id: ExternalId,
    external_conversation_id: ExternalId,
    referenced_message_external_id: Nullable(ExternalId),
  }),
  delivered_at: Nullable(Type.Integer({ minimum: 0, description: 'Seconds; at most a day ahead' })),
}

export const InboundMessage = Type.Object({ sender: PersonSchema, ...common })
export type InboundMessage = Static<typeof InboundMessage>

/** `to` as a single object is the older form, which the official template still sends (T18). */
export const PushedOutboundMessage = Type.Object({
  to: Type.Union([Type.Array(PersonSchema, { minItems: 1, maxItems: 100 }), PersonSchema]),
  sender_name: Nullable(Type.String()),
  author_id: Nullable(Type.String({ description: 'A teammate id or alt:email: alias' })),
  ...common,
})
export type PushedOutboundMessage = Static<typeof PushedOutboundMessage>

export const MessageStatus = Type.Object({ status: Type.Literal('failed'), reason: Nullable(Type.String()) })
export type MessageStatus = Static<typeof MessageStatus>

export const ChannelParams = Type.Object({ channel_id: Type.String() })
export const StatusParams = Type.Object({
  channel_id: Type.String(),
  conversation_external_id: Type.String(),
  message_external_id: Type.String(),
})
