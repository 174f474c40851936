import { limits } from '@portico/protocol'
import { Recipient } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'
import { OpenObject } from '../http/list-schema.ts'
import { SortedQuery } from '../http/page.ts'

const sources = ['twitter', 'email', 'phone', 'facebook', 'intercom', 'front_chat', 'custom'] as const

/** Front's ContactResponse, as far as there are contacts. */
export const Contact = Type.Object(
  {
    _links: Type.Object({
      self: Type.String(),
      related: Type.Object({ conversations: Type.String() }),
    }),
    id: Type.String(),
    name: Type.String({ description: 'Empty while nobody has told one' }),
    description: Type.String(),
    handles: Type.Array(Type.Object({ source: Type.String(), handle: Type.String() })),
    groups: Type.Array(Type.Object({})),
    lists: Type.Array(Type.Object({})),
    links: Type.Array(Type.String()),
    custom_fields: OpenObject,
    is_private: Type.Boolean(),
  },
  { $id: 'Contact' },
)
export type Contact = Static<typeof Contact>

export const ContactHandle = Type.Object({
  source: Type.Enum([...sources]),
  handle: Type.String({ minLength: 1, maxLength: limits.handle, pattern: '\\S' }),
})
export type ContactHandle = Static<typeof ContactHandle>

const written = {
  name: Type.Optional(Type.Union([Type.String({ maxLength: limits.name }), Type.Null()])),
  description: Type.Optional(Type.Union([Type.String({ maxLength: 4_000 }), Type.Null()])),
  links: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 2_000 }), { maxItems: 50 })),
}

export const ContactChange = Type.Object(written)
export type ContactChange = Static<typeof ContactChange>

export const NewContact = Type.Object({
  ...written,
  handles: Type.Array(ContactHandle, { minItems: 1, maxItems: 50 }),
})
export type NewContact = Static<typeof NewContact>

export const RemovedHandle = Type.Object({
  ...ContactHandle.properties,
  force: Type.Optional(
    Type.Union([Type.Boolean(), Type.Null()], { description: 'Also the last one: the contact goes with it' }),
  ),
})

export const ContactsQuery = Type.Object({
  ...SortedQuery.properties,
  q: Type.Optional(Type.String({ description: 'Front\'s query object: {"updated_after":1700000000}' })),
  'q[updated_after]': Type.Optional(Type.String({ description: 'Seconds' })),
  'q[updated_before]': Type.Optional(Type.String({ description: 'Seconds' })),
})
export type ContactsQuery = Static<typeof ContactsQuery>

/** The sender or recipient of a message, or the recipient of a conversation. Named, so that OpenAPI has it once. */
export const RecipientResource = Type.Object(Recipient.properties, { $id: 'Recipient' })
