import { createHash } from 'node:crypto'
import type { SentTemplate } from '@portico/protocol'
import { noSuchFile } from '../attachments/rules.ts'
import { type Converted, convertBody } from '../bodies/conversion.ts'
import type { BodyFormat } from '../bodies/convert.ts'
import { storedForms } from '../bodies/stored.ts'
import type { Database, Reader } from '../db/database.ts'
import { groupOf } from '../db/group-commit.ts'
import type { Bus, CreatedDelivery } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { findWindow } from '../message-templates/queries.ts'
import type { StoredContent } from '../rich-content/schema.ts'
import { blurbOfContent } from '../rich-content/stored.ts'
import { requestOf, type UnsentContent } from './request.ts'

export interface SourceTemplate {
  id: number
  version: number
  sent: SentTemplate
}

/** An outbound message to be created, by any caller. */
export interface OutboundDraft {
  companyId: number
  /** The conversation of a reply; absent for a new one, which then needs `channelId` and `to`. */
  conversationId?: number | undefined
  channelId?: number | undefined
  authorId?: number | undefined
  origin: 'teammate' | 'api'
  /** Teammate or API token, by `origin`. */
  actorId: number
  to?: { handle: string; name?: string | null }[] | undefined
  senderName?: string | undefined
  subject?: string | undefined
  body: string
  bodyFormat?: BodyFormat | undefined
  /** The template that the body was made of, as it was read. */
  template?: SourceTemplate | undefined
  archive: boolean
  /** Numbers of its files. */
  attachments?: number[] | undefined
  richContent?: StoredContent | undefined
  /** Numbers of tags that the conversation gets. */
  tagIds?: number[] | undefined
  /** The version of the author's draft that is sent; a newer one stays. Absent: the draft is sent whatever its version. */
  draftVersion?: number | undefined
  idempotency?: { route: string; key: string; request: unknown } | undefined
}

export type MessageWithoutBody = Omit<OutboundDraft, 'body' | 'bodyFormat' | 'template'>

/** An element of the batch of create_messages (create.sql). */
interface MessageToCreate {
  /** The index in the batch. */
  i: number
  /** The index of its company among the batch's, from 1. */
  company_index: number
  company_id: number
  /** The conversation of a reply; without one the message starts a conversation, on the channel. */
  conversation_id?: number | undefined
  channel_id?: number | undefined
  author_id?: number | undefined
  origin: 'teammate' | 'api'
  actor_id: number
  handle?: string | undefined
  name?: string | undefined
  /** All recipients, if there are several; else `handle` and `name` are the one. */
  recipients?: { handle: string; name?: string | null }[] | undefined
  sender_name?: string | undefined
  subject?: string | undefined
  body: string
  body_format: BodyFormat
  blurb: string
  archive: boolean
  draft_version?: number | undefined
  /** Numbers of its files. */
  attachments?: number[] | undefined
  rich_content?: StoredContent | undefined
  tag_ids?: number[] | undefined
  /** The four fields of an Idempotency-Key; the hash in hex. */
  caller?: string
  route?: string
  key?: string
  request_hash?: string
  template_id?: number | undefined
  template_version?: number | undefined
  template?: SentTemplate | undefined
}

export interface CreatedMessage {
  messageId: number
  conversationId: number
  channelId: number
  /** Whether it is found by an Idempotency-Key, whose caller may no longer see it. */
  isRepeat: boolean
}

type Refusal =
  | 'key_reused'
  | 'no_conversation'
  | 'in_trash'
  | 'no_channel'
  | 'channel_deleted'
  | 'other_channel'
  | 'replies_off'
  | 'compose_off'
  | 'no_recipient'
  | 'templates_off'
  | 'no_template'
  | 'template_changed'
  | 'template_not_sendable'
  | 'window_closed'
  | 'draft_sent'
  | 'no_attachment'

interface Outcome {
  outcome: 'created' | 'repeated' | Refusal
  message_id: number
  conversation_id: number
  channel_id: number
  draft_version: number | null
}

/** The content is null where the message may not leave at once. */
type CreatedRow = Outcome & { i: number } & (({ is_ready: true } & UnsentContent) | { is_ready: false })

/**
 * Message, event and delivery in one transaction. A repeat of the same Idempotency-Key gives the first message.
 * Throws not_found, channel_deleted, invalid_body, contact_unreachable, free_text_window_closed, idempotency_key_reused, draft_sent;
 * of one made of a template, also templates_off, template_changed, template_not_sendable.
 */
export async function createOutboundMessage(db: Database, bus: Bus, draft: OutboundDraft): Promise<CreatedMessage> {
  const converted = await convertBody({ companyId: draft.companyId, body: draft.body, declared: draft.bodyFormat })
  return createConverted(db, bus, { ...draft, converted })
}

export async function createConverted(db: Database, bus: Bus, draft: ConvertedDraft): Promise<CreatedMessage> {
  const row = await creationGroupOf(db).add(draft)
  if (row.outcome === 'window_closed') throw await windowClosed(db, draft)
  if (row.outcome !== 'created' && row.outcome !== 'repeated') throw refusal(row.outcome)
  if (row.outcome === 'created') {
    bus.eventsCommitted(draft.companyId)
    // otherwise the delivery loop finds it when the undo time has ended, its own or that of the message before it
    if (row.is_ready) bus.deliveriesCreated(draft.companyId, [row.channel_id], [asReady(row, draft.companyId)])
    if (row.draft_version !== null) publishDraftChange(bus, draft, row.draft_version)
  }
  const isRepeat = row.outcome === 'repeated'
  return { messageId: row.message_id, conversationId: row.conversation_id, channelId: row.channel_id, isRepeat }
}

/** The error says when the window for free text closed, as the app shows it. */
async function windowClosed(db: Database, { companyId, conversationId }: OutboundDraft): Promise<ApiError> {
  const window = conversationId === undefined ? null : await findWindow(db, companyId, conversationId)
  const until = window?.closes_at?.toISOString()
  return new ApiError('free_text_window_closed', undefined, [
    until ? `body.body: free text was taken until ${until}` : 'body.body: the customer has not written here yet',
  ])
}

/** The message of an earlier request with this Idempotency-Key. Looked up before validation, so that a repeat of an accepted request succeeds even if it would be refused now. */
export async function findRepeat(db: Database, draft: MessageWithoutBody): Promise<CreatedMessage | undefined> {
  const { idempotency, companyId } = draft
  if (!idempotency) return undefined
  const [row] = await db.query<{ message_id: number; conversation_id: number; channel_id: number; is_same: boolean }>(
    'find_repeated_message',
    `select m.id as message_id, m.conversation_id, m.channel_id, k.request_hash = decode($5, 'hex') as is_same
     from idempotency_keys k join messages m on m.company_id = k.company_id and m.id = k.message_id
     where k.company_id = $1 and k.caller = $2 and k.route = $3 and k.key = $4`,
    [companyId, callerOf(draft), idempotency.route, idempotency.key, hashOf(idempotency.request)],
  )
  if (row && !row.is_same) throw refusal('key_reused')
  return (
    row && { messageId: row.message_id, conversationId: row.conversation_id, channelId: row.channel_id, isRepeat: true }
  )
}

const callerOf = ({ origin, actorId }: Pick<OutboundDraft, 'origin' | 'actorId'>) => `${origin}:${actorId}`

function asReady(content: UnsentContent, companyId: number): CreatedDelivery {
  return {
    messageId: content.message_id,
    conversationId: content.conversation_id,
    channelId: content.channel_id,
    buildRequest: (urls) => requestOf(content, companyId, urls),
  }
}

function publishDraftChange(bus: Bus, { companyId, actorId, conversationId }: OutboundDraft, version: number): void {
  bus.draftChanged({ companyId, teammateId: actorId, conversationId: conversationId ?? null, version })
}

export interface ConvertedDraft extends OutboundDraft {
  converted: Converted
}

const creationGroupOf = groupOf<ConvertedDraft, CreatedRow>({
  maxItems: 64,
  companyOf: ({ companyId }) => companyId,
  run: createMany,
  timeoutMs: 3_000,
})

async function createMany(db: Reader, drafts: ConvertedDraft[]): Promise<CreatedRow[]> {
  const companyIds = [...new Set(drafts.map(({ companyId }) => companyId))].sort((a, b) => a - b)
  const rows = await db.query<CreatedRow>(
    'create_messages',
    `select (content).*, (content).message_id is not null as is_ready, i, outcome, message_id, conversation_id, channel_id, draft_version
     from create_messages($1, $2, $3)`,
    [companyIds, JSON.stringify(drafts.map((draft, i) => asElement(draft, i, companyIds))), formsOf(drafts)],
  )
  return rows.sort((a, b) => a.i - b.i)
}

function formsOf(drafts: ConvertedDraft[]): string | null {
  const forms = drafts.flatMap(({ converted }, i) => {
    const stored = storedForms(converted)
    return stored ? { i, ...stored } : []
  })
  return forms.length > 0 ? JSON.stringify(forms) : null
}

function asElement(
  { to = [], idempotency, ...draft }: ConvertedDraft,
  i: number,
  companyIds: number[],
): MessageToCreate {
  return {
    i,
    company_index: companyIds.indexOf(draft.companyId) + 1,
    company_id: draft.companyId,
    conversation_id: draft.conversationId,
    channel_id: draft.channelId,
    author_id: draft.authorId,
    origin: draft.origin,
    actor_id: draft.actorId,
    handle: to[0]?.handle,
    name: to[0]?.name ?? undefined,
    recipients: to.length > 1 ? to : undefined,
    sender_name: draft.senderName,
    subject: draft.subject,
    body: draft.body,
    body_format: draft.converted.format,
    blurb: draft.converted.blurb || blurbOfContent(draft.richContent),
    archive: draft.archive,
    draft_version: draft.draftVersion,
    template_id: draft.template?.id,
    template_version: draft.template?.version,
    template: draft.template?.sent,
    attachments: draft.attachments?.length ? draft.attachments : undefined,
    rich_content: draft.richContent,
    tag_ids: draft.tagIds,
    ...(idempotency && {
      caller: callerOf(draft),
      route: idempotency.route,
      key: idempotency.key,
      request_hash: hashOf(idempotency.request),
    }),
  }
}

function hashOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}

function refusal(outcome: Exclude<Refusal, 'window_closed'>): ApiError {
  switch (outcome) {
    case 'no_conversation':
    case 'no_channel':
      return new ApiError('not_found')
    case 'in_trash':
      return new ApiError('conversation_in_trash')
    case 'channel_deleted':
      return new ApiError('channel_deleted')
    case 'key_reused':
      return new ApiError('idempotency_key_reused')
    case 'other_channel':
      return new ApiError('invalid_body', 'A reply leaves through the channel its conversation came in on.', [
        'body.channel_id: is not the channel of this conversation',
      ])
    case 'replies_off':
      return new ApiError('contact_unreachable', 'This channel does not take replies.')
    case 'compose_off':
      return new ApiError('contact_unreachable', 'New conversations cannot start on this channel.')
    case 'templates_off':
      return new ApiError('templates_off')
    case 'no_template':
      return new ApiError('invalid_body', 'The channel has no such template.', [
        'body.template: is none of this channel',
      ])
    case 'template_changed':
      return new ApiError('template_changed')
    case 'template_not_sendable':
      return new ApiError('template_not_sendable')
    case 'draft_sent':
      return new ApiError('draft_sent')
    case 'no_attachment':
      return noSuchFile()
    case 'no_recipient':
      return new ApiError('invalid_body', 'The message has no recipient.', ['body.to: missing'])
  }
}
