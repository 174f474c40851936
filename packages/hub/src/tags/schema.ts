import { type Static, Type } from 'typebox'
import { OpenObject, Reference, Words } from '../http/list-schema.ts'

const highlights = ['grey', 'pink', 'red', 'orange', 'yellow', 'green', 'light-blue', 'blue', 'purple'] as const

/** Front's TagResponse. */
export const Tag = Type.Object({
  _links: Type.Object({ self: Type.String(), related: OpenObject }),
  id: Type.String(),
  name: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  highlight: Type.Union([Type.Enum([...highlights]), Type.Null()]),
  is_private: Type.Boolean(),
  is_visible_in_conversation_lists: Type.Boolean(),
  created_at: Type.Number(),
  updated_at: Type.Number(),
})
export type Tag = Static<typeof Tag>

const Name = Words(64)
const Description = Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()])
const Highlight = Type.Union([Type.Enum([...highlights]), Type.Null()])

export const NewTag = Type.Object({
  name: Name,
  description: Type.Optional(Description),
  highlight: Type.Optional(Highlight),
  is_visible_in_conversation_lists: Type.Optional(Type.Boolean()),
})
export type NewTag = Static<typeof NewTag>

export const TagChange = Type.Object({
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  highlight: Type.Optional(Highlight),
  parent_tag_id: Type.Optional(Type.Union([Reference(), Type.Null()], { description: 'null: no parent' })),
  is_visible_in_conversation_lists: Type.Optional(Type.Boolean()),
})
export type TagChange = Static<typeof TagChange>

export const TagIds = Type.Array(Reference(), { maxItems: 100 })
