import { type Static, type TObject, Type } from 'typebox'
import { RecipientResource } from '../contacts/schema.ts'
import { undeliveredStates } from '../db/constants.ts'
import { Delivery } from '../delivery-states/schema.ts'
import { OpenObject, Reference } from '../http/list-schema.ts'
import { SortedQuery } from '../http/page.ts'
import { Teammate } from '../teammates/schema.ts'
import type { ConversationAdditions } from './additions.ts'
import { filterStatuses, readStatuses, writtenStatuses } from './status.ts'

/** Front's Conversation, with Portico's: is_spam, inbox_id, channel_id, last_message, undelivered, unread. */
const Conversation = Type.Object({
  _links: Type.Object({ self: Type.String(), related: OpenObject }),
  id: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  status: Type.Enum([...readStatuses], { description: 'deleted: in the trash, or spam' }),
  ticket_ids: Type.Array(Type.String()),
  assignee: Type.Union([Teammate, Type.Null()]),
  recipient: Type.Union([RecipientResource, Type.Null()]),
  links: Type.Array(OpenObject),
  custom_fields: OpenObject,
  created_at: Type.Number(),
  updated_at: Type.Number(),
  waiting_since: Type.Optional(Type.Number()),
  is_private: Type.Boolean(),
  scheduled_reminders: Type.Array(OpenObject),
  metadata: Type.Object({ external_conversation_ids: Type.Optional(Type.Array(Type.String())) }),
  is_spam: Type.Boolean(),
  inbox_id: Type.String(),
  channel_id: Type.String(),
  last_message: Type.Union([
    Type.Object({
      id: Type.String(),
      blurb: Type.String(),
      files: Type.Union(
        [Type.Object({ filename: Type.String(), content_type: Type.String(), count: Type.Integer() }), Type.Null()],
        { description: 'Of a message without text: its first file, and how many it has' },
      ),
      is_inbound: Type.Boolean(),
      is_removed: Type.Boolean(),
      created_at: Type.Number(),
      delivery: Type.Union([Delivery, Type.Null()]),
    }),
    Type.Null(),
  ]),
  newest_inbound_id: Type.Union([Type.String(), Type.Null()], {
    description:
      'The message of the customer that came last, which may stand before others, or cal_… for a call missed after it. Reading marks up to it',
  }),
  undelivered: Type.Union([Type.Enum([...undeliveredStates]), Type.Null()], {
    description: 'The worst of its messages that did not simply arrive and that nobody has dealt with',
  }),
  unread: Type.Optional(Type.Boolean()),
})
export type Conversation = Static<typeof Conversation>

/** A conversation with the fields that features add. */
export function conversationSchema(additions: ConversationAdditions) {
  const added = Object.fromEntries(Object.entries(additions).map(([name, { schema }]) => [name, schema]))
  const properties: TObject['properties'] = { ...Conversation.properties, ...added }
  return Type.Unsafe<Conversation>(Type.Object(properties, { $id: 'Conversation' }))
}

const shared = Type.Omit(Conversation, ['is_spam', 'waiting_since', 'undelivered', 'unread'])

/** A conversation in an event that is no longer visible to the reader, or permanently deleted. */
export const GoneConversation = Type.Object(
  {
    ...shared.properties,
    tags: Type.Array(OpenObject),
    status: Type.Literal('deleted'),
    assignee: Type.Null(),
    recipient: Type.Null(),
    inbox_id: Type.Null(),
    channel_id: Type.Null(),
    last_message: Type.Null(),
    newest_inbound_id: Type.Null(),
  },
  { $id: 'GoneConversation' },
)
export type GoneConversation = Static<typeof GoneConversation>

export const ConversationChange = Type.Object({
  assignee_id: Type.Optional(Type.Union([Reference(), Type.Null()])),
  inbox_id: Type.Optional(Reference()),
  status: Type.Optional(
    Type.Enum([...writtenStatuses], {
      description: 'deleted: into the trash; open or archived restores it from there',
    }),
  ),
})
export type ConversationChange = Static<typeof ConversationChange>

export const ListQuery = Type.Object({
  ...SortedQuery.properties,
  q: Type.Optional(Type.String({ description: 'Front\'s query object: {"statuses":["assigned","archived"]}' })),
  'q[statuses][]': Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  'q[statuses]': Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  status: Type.Optional(Type.Enum([...filterStatuses], { description: 'Portico extension' })),
  inbox_id: Type.Optional(Type.String({ description: 'Portico extension' })),
  assignee_id: Type.Optional(Type.String({ description: 'Portico extension: a teammate, or "me"' })),
  undelivered: Type.Optional(
    Type.Enum(['true'], { description: 'Portico extension: only those with a message that did not simply arrive' }),
  ),
})
export type ListQuery = Static<typeof ListQuery>
/** Front's part of the query: of lists that have no extensions. */
export const NamedListQuery = Type.Omit(ListQuery, ['status', 'inbox_id', 'assignee_id', 'undelivered'])
export const AssignedQuery = Type.Omit(ListQuery, ['assignee_id'])
