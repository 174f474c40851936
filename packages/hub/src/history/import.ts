import { dropUnused } from '../attachments/queries.ts'
import { convertBody } from '../bodies/conversion.ts'
import { type StoredForms, storedForms } from '../bodies/stored.ts'
import { type ChannelRef, requireChannel } from '../channels/access.ts'
import { normaliseHandle } from '../contacts/handle.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { normaliseEmail } from '../teammates/email.ts'
import type { HistoryConversation, HistoryMessage, Imported } from './schema.ts'

interface ImportDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
}

type Token = Extract<Principal, { kind: 'api_token' }>

/** A message as import.sql takes it. */
interface MessageToStore extends Omit<HistoryMessage, 'channel_id' | 'attachment_ids'> {
  i: number
  channel_id: number
  blurb: string
  forms?: StoredForms | undefined
  attachments?: number[] | undefined
}

/** A conversation as import.sql takes it. */
interface ConversationToStore extends Pick<HistoryConversation, 'subject' | 'status' | 'created_at'> {
  channel_id: number
  inbox_id: number | undefined
  external_ids: { channel_id: number; external_id: string }[]
  source: string
  handle: string | undefined
  name: string | undefined
  priority: string
  assignee_id: number | undefined
  messages: MessageToStore[]
}

/**
 * Stores history: what is known stays as it is. All or nothing. Throws not_found for channels, invalid_body, which names each field that
 * is wrong, and StorageUnavailable.
 */
export async function importHistory(
  { db, bus }: ImportDeps,
  token: Token,
  conversations: HistoryConversation[],
): Promise<Imported> {
  refuseWrongTimes(conversations)
  const channels = await findChannels(db, token, conversations)
  const places = await findPlaces(db, token, conversations)
  const toStore = await Promise.all(
    conversations.map((conversation, i) => prepare(token, conversation, channels, places[i]!)),
  )
  const rows = await store(db, token, toStore)
  if (rows.some(({ stored }) => stored.length > 0)) bus.eventsCommitted(token.companyId)
  await dropFilesOfKnown(db, token, toStore, rows)
  const messages = rows.reduce((sum, { stored }) => sum + stored.length, 0)
  const given = conversations.reduce((sum, conversation) => sum + conversation.messages.length, 0)
  return { conversations: rows.filter(({ is_new }) => is_new).length, messages, known: given - messages }
}

interface StoredRow {
  i: number
  is_new: boolean
  stored: number[]
}

async function store(db: Database, token: Token, conversations: ConversationToStore[]): Promise<StoredRow[]> {
  try {
    return await db.query<StoredRow>('import_history', 'select * from import_history($1, $2, $3)', [
      token.companyId,
      token.apiTokenId,
      JSON.stringify(conversations),
    ])
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'PT001')) throw error
    throw new ApiError('invalid_body', undefined, [
      'body.conversations: a file of attachment_ids is not there, or is not an upload of this token',
    ])
  }
}

/** A repeat comes with files that its first one has. */
async function dropFilesOfKnown(
  db: Database,
  { companyId }: Token,
  conversations: ConversationToStore[],
  rows: StoredRow[],
) {
  const unused = rows.flatMap(({ i, stored }) =>
    conversations[i]!.messages.flatMap((message) => (stored.includes(message.i) ? [] : (message.attachments ?? []))),
  )
  if (unused.length > 0) await dropUnused(db, companyId, unused)
}

const dayMs = 86_400_000

function refuseWrongTimes(conversations: HistoryConversation[]): void {
  const latest = Date.now() + dayMs
  const wrong = conversations.flatMap((conversation, i) => [
    ...wrongTimes(`body.conversations[${i}]`, conversation, latest),
    ...conversation.messages.flatMap((message, n) =>
      wrongTimes(`body.conversations[${i}].messages[${n}]`, message, latest),
    ),
  ])
  refuse(wrong)
}

function wrongTimes(path: string, item: Partial<Record<(typeof times)[number], string>>, latest: number): string[] {
  return times.flatMap((name) => {
    const time = item[name]
    if (time === undefined) return []
    const at = new Date(time)
    const isReal = !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 19) === time.slice(0, 19)
    if (!isReal || at.getTime() < 0) return [`${path}.${name}: is not a time since 1970`]
    return at.getTime() > latest ? [`${path}.${name}: is more than a day ahead`] : []
  })
}

const times = ['created_at', 'sent_at', 'delivered_at', 'seen_at', 'edited_at', 'removed_at'] as const

function refuse(details: string[]): void {
  if (details.length > 0) throw new ApiError('invalid_body', undefined, details.slice(0, 10))
}

type Channels = Map<string, ChannelRef>

async function findChannels(db: Database, token: Token, conversations: HistoryConversation[]): Promise<Channels> {
  const named = conversations.flatMap(({ channel_id, external_ids, messages }) => [
    channel_id,
    ...external_ids.map((id) => id.channel_id),
    ...messages.flatMap((message) => message.channel_id ?? []),
  ])
  const channels: Channels = new Map()
  for (const name of new Set(named)) channels.set(name, await requireChannel(db, token, name))
  return channels
}

interface Place {
  inbox_id: number | undefined
  assignee_id: number | undefined
}

/** The inbox and the assignee of each. Throws invalid_body where one of the names is nobody's. */
async function findPlaces(db: Database, { companyId }: Token, conversations: HistoryConversation[]): Promise<Place[]> {
  const rows = await db.query<Place>(
    'find_places_of_history',
    `select asked.id as inbox_id, who.id as assignee_id
     from unnest($2::text[], $3::text[]) with ordinality q(inbox, assignee, place)
     left join lateral (select x.id from inboxes x where x.company_id = $1 and x.name = q.inbox order by x.id limit 1) asked on true
     left join teammates who on who.company_id = $1 and who.email = q.assignee and who.removed_at is null and not who.is_blocked
     order by q.place`,
    [
      companyId,
      conversations.map(({ inbox }) => inbox ?? null),
      conversations.map(({ assignee }) => assignee?.trim().toLowerCase() ?? null),
    ],
  )
  refuse(
    conversations.flatMap(({ inbox, assignee }, i) => {
      const { inbox_id, assignee_id } = rows[i]!
      const path = `body.conversations[${i}]`
      return [
        ...(inbox !== undefined && inbox_id === null ? [`${path}.inbox: there is no inbox "${inbox}"`] : []),
        ...(assignee !== undefined && assignee_id === null ? [`${path}.assignee: ${assignee} is not a teammate`] : []),
      ]
    }),
  )
  return rows.map(({ inbox_id, assignee_id }) => ({
    inbox_id: inbox_id ?? undefined,
    assignee_id: assignee_id ?? undefined,
  }))
}

async function prepare(
  token: Token,
  conversation: HistoryConversation,
  channels: Channels,
  place: Place,
): Promise<ConversationToStore> {
  const { channel_id, contact, external_ids, subject, status, priority = 'normal', created_at, messages } = conversation
  const channel = channels.get(channel_id)!
  const source = channel.contact_type
  const handle = contact && normaliseHandle(source, contact.handle)
  return {
    ...{ channel_id: channel.id, source, handle, name: contact?.name, subject, status, priority, created_at, ...place },
    external_ids: external_ids.map((id) => ({ ...id, channel_id: channels.get(id.channel_id)!.id })),
    messages: await Promise.all(
      messages.map((message, i) => prepareMessage(token, message, { i, channel, channels, handle })),
    ),
  }
}

async function prepareMessage(
  token: Token,
  { channel_id, attachment_ids, ...message }: HistoryMessage,
  { i, channel, channels, handle }: { i: number; channel: ChannelRef; channels: Channels; handle: string | undefined },
): Promise<MessageToStore> {
  const { companyId } = token
  const { body, body_format, author, sent_at, created_at = sent_at } = message
  const converted = await convertBody({ companyId, body, declared: body_format })
  const own = message.handle === undefined ? handle : normaliseHandle(channel.contact_type, message.handle)
  return {
    ...message,
    ...(author && { author: { ...author, email: normaliseEmail(author.email) } }),
    ...{ i, created_at, blurb: converted.blurb, forms: storedForms(converted) },
    channel_id: channel_id === undefined ? channel.id : channels.get(channel_id)!.id,
    handle: own ?? '',
    attachments: attachment_ids?.length ? attachment_ids.map((id) => resourceNumber(token, 'fil', id)) : undefined,
  }
}
