import { type Static, Type } from 'typebox'
import { Words } from '../http/list-schema.ts'
import { Purpose } from '../invitations/schema.ts'
import { Email } from '../teammates/schema.ts'
import { MAX_PASSWORD, MIN_PASSWORD } from './auth.ts'

const NewPassword = Type.String({ minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD })

export const Credentials = Type.Object({
  email: Email,
  password: Type.String({ minLength: 1, maxLength: MAX_PASSWORD }),
})
export type Credentials = Static<typeof Credentials>

export const FirstAdmin = Type.Object({
  company_name: Words(120),
  first_name: Words(80),
  last_name: Type.String({ maxLength: 80 }),
  email: Email,
  password: NewPassword,
  code: Type.Optional(Type.String({ maxLength: 40, description: 'From the start banner, when code_required' })),
})
export type FirstAdmin = Static<typeof FirstAdmin>

export const NewPerson = Type.Object({
  first_name: Type.Optional(Words(80)),
  last_name: Type.Optional(Type.String({ maxLength: 80 })),
  password: NewPassword,
})
export type NewPerson = Static<typeof NewPerson>

export const SetUpState = Type.Object({
  needed: Type.Boolean(),
  code_required: Type.Boolean(),
  demo: Type.Union([
    Type.Object({
      teammates: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() })),
    }),
    Type.Null(),
  ]),
})

export const OpenInvitation = Type.Object({
  company_name: Type.String(),
  purpose: Purpose,
  email: Type.String(),
  is_admin: Type.Boolean(),
  expires_at: Type.Number(),
})
