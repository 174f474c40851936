import { type Static, Type } from 'typebox'
import { Reference } from '../http/list-schema.ts'
import { Email } from '../teammates/schema.ts'

/** An invitation as the holder of its link sees it. */
export const Purpose = Type.Union([Type.Literal('join'), Type.Literal('new_password')])
export type Purpose = Static<typeof Purpose>

export const Invitation = Type.Object({
  id: Type.String(),
  purpose: Purpose,
  email: Type.String(),
  is_admin: Type.Boolean(),
  inbox_ids: Type.Array(Type.String()),
  created_at: Type.Number(),
  expires_at: Type.Number(),
})
export type Invitation = Static<typeof Invitation>

export const NewInvitation = Type.Object({
  email: Email,
  is_admin: Type.Optional(Type.Boolean()),
  inbox_ids: Type.Optional(Type.Array(Reference(), { maxItems: 100 })),
})

export const IssuedInvitation = Type.Object({ id: Type.String(), url: Type.String(), expires_at: Type.Number() })
