import { type Static, Type } from 'typebox'
import { Words } from '../http/list-schema.ts'

export const ApiToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  hint: Type.String(),
  created_at: Type.Number(),
})
export type ApiToken = Static<typeof ApiToken>

export const NewApiToken = Type.Object({ name: Words(120) })

export const IssuedApiToken = Type.Object({ id: Type.String(), name: Type.String(), token: Type.String() })
