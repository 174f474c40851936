import { Type } from 'typebox'

export const Identity = Type.Object({
  _links: Type.Object({ self: Type.String() }),
  id: Type.String(),
  name: Type.String(),
})
