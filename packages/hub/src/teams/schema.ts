import { type Static, Type } from 'typebox'
import { Inbox } from '../inboxes/schema.ts'
import { Teammate } from '../teammates/schema.ts'

const preview = { _links: Type.Object({ self: Type.String() }), id: Type.String(), name: Type.String() }

export const TeamPreview = Type.Object(preview, { $id: 'TeamPreview' })
export type TeamPreview = Static<typeof TeamPreview>

export const Team = Type.Object(
  { ...preview, inboxes: Type.Array(Inbox), members: Type.Array(Teammate) },
  { $id: 'Team' },
)
export type Team = Static<typeof Team>
