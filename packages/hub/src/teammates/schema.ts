import { type Static, Type } from 'typebox'
import { OpenObject, Words } from '../http/list-schema.ts'

export const Email = Type.String({ minLength: 3, maxLength: 254 })

/** Front's TeammateResponse. */
export const Teammate = Type.Object(
  {
    _links: Type.Object({
      self: Type.String(),
      related: Type.Object({ inboxes: Type.String(), conversations: Type.String() }),
    }),
    id: Type.String(),
    email: Type.String(),
    username: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
    license_type: Type.String(),
    is_admin: Type.Boolean(),
    is_available: Type.Boolean(),
    is_blocked: Type.Boolean(),
    type: Type.Literal('user'),
    custom_fields: OpenObject,
    avatar_url: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'Portico extension: the picture, loaded without a token',
      }),
    ),
  },
  { $id: 'Teammate' },
)
export type Teammate = Static<typeof Teammate>

export const Preferences = Type.Object({
  enter_to_send: Type.Optional(Type.Boolean({ description: 'Enter sends, Shift+Enter breaks the line' })),
})
export type Preferences = Static<typeof Preferences>

const own = {
  username: Type.Optional(Words(80)),
  first_name: Type.Optional(Words(80)),
  last_name: Type.Optional(Type.String({ maxLength: 80 })),
  is_available: Type.Optional(Type.Boolean()),
}

/** The fields that an admin may change: Front's, and ours: is_admin, is_blocked. */
export const TeammateChange = Type.Object({
  ...own,
  is_admin: Type.Optional(Type.Boolean()),
  is_blocked: Type.Optional(Type.Boolean()),
})
export type TeammateChange = Static<typeof TeammateChange>

/** The fields that teammates may change of themselves. */
export const OwnChange = Type.Object({ ...own, preferences: Type.Optional(Preferences) })
export type OwnChange = Static<typeof OwnChange>

export const Me = Type.Intersect([Teammate, Type.Object({ preferences: Preferences })])
export type Me = Static<typeof Me>
