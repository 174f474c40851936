import { type Static, Type } from 'typebox'
import { OpenObject, Reference, Words } from '../http/list-schema.ts'

const RemoteImagesChoice = Type.Enum(['never', 'ask', 'always'], {
  description:
    'Portico extension. Whether images that HTML bodies load from elsewhere are shown: when the reader asks, always, or never',
})
export type RemoteImagesChoice = Static<typeof RemoteImagesChoice>

/** Front's InboxResponse. */
export const Inbox = Type.Object(
  {
    _links: Type.Object({
      self: Type.String(),
      related: Type.Object({
        teammates: Type.String(),
        conversations: Type.String(),
        channels: Type.String(),
        owner: Type.String(),
      }),
    }),
    id: Type.String(),
    name: Type.String(),
    is_private: Type.Boolean(),
    is_public: Type.Boolean(),
    custom_fields: OpenObject,
    remote_images: RemoteImagesChoice,
  },
  { $id: 'Inbox' },
)
export type Inbox = Static<typeof Inbox>

const someTeammates = Type.Array(Reference('tea_…, or alt:email:<address>'), {
  maxItems: 100,
})

export const NewInbox = Type.Object({
  name: Words(120),
  teammate_ids: Type.Optional(someTeammates),
  is_public: Type.Optional(
    Type.Boolean({
      description: 'Portico extension: whether everybody has it. Default: true without teammate_ids, else false',
    }),
  ),
})
export type NewInbox = Static<typeof NewInbox>

export const InboxChange = Type.Object({
  name: Type.Optional(Words(120)),
  is_public: Type.Optional(Type.Boolean()),
  remote_images: Type.Optional(RemoteImagesChoice),
})
export type InboxChange = Static<typeof InboxChange>

export const TeammateIds = Type.Object({ teammate_ids: someTeammates })
export type TeammateIds = Static<typeof TeammateIds>
