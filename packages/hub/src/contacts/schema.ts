import { Recipient } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'
import { OpenObject } from '../http/list-schema.ts'

/** Front's ContactResponse, as far as there are contacts. */
export const Contact = Type.Object(
  {
    _links: Type.Object({ self: Type.String(), related: Type.Object({}) }),
    id: Type.String(),
    name: Type.String({ description: 'Empty while nobody has told one' }),
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

/** The sender or recipient of a message, or the recipient of a conversation. Named, so that OpenAPI has it once. */
export const RecipientResource = Type.Object(Recipient.properties, { $id: 'Recipient' })
