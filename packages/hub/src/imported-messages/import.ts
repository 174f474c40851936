import { messageUidOf, publicId } from '@portico/protocol'
import { markdownAsHtml } from '../bodies/conversion.ts'
import { channelAuthOf } from '../channels/channel-auth.ts'
import { type ConversationRef, requireConversation } from '../conversations/access.ts'
import { assign, changeConversation } from '../conversations/conversation-actions.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { importHistory } from '../history/import.ts'
import { ApiError } from '../http/api-error.ts'
import type { ReceivedFile } from '../http/files.ts'
import type { Principal } from '../http/principal.ts'
import type { Receiver } from '../messages/receive.ts'
import { addTags } from '../tags/conversation-tags.ts'
import { ensureTags } from '../tags/tags.ts'
import { findTeammateByIdOrAlias, type KnownTeammate } from '../teammates/queries.ts'
import { type ChannelOfImport, findChannelOfImport } from './channel.ts'
import { recipientsOf } from './recipients.ts'
import type { ImportedMessage } from './schema.ts'
import { threadOf, threadOfConversation } from './thread.ts'

interface ImportDeps {
  db: Database
  bus: Bus
  receiver: Pick<Receiver, 'receive'>
}

type Token = Extract<Principal, { kind: 'api_token' }>

interface Prepared {
  message: ImportedMessage
  files: ReceivedFile[]
  channel: ChannelOfImport
  /** The channel's id of the conversation. */
  thread: string
  body: string
  bodyFormat: 'html' | 'text'
  author: KnownTeammate | undefined
  assignee: KnownTeammate | undefined
}

/**
 * Stores a message that no channel brought, once by its external id, and returns its uid. As history it changes nothing that is
 * there; with `is_archived: false` an inbound one arrives like any other. Throws invalid_body, unsupported_field, overloaded,
 * StorageUnavailable.
 */
export async function importMessage(
  deps: ImportDeps,
  token: Token,
  inboxId: number,
  message: ImportedMessage,
  files: ReceivedFile[],
): Promise<string> {
  const prepared = await prepare(deps.db, token, inboxId, message, files)
  const { is_inbound, is_archived } = message.metadata
  if (is_inbound && is_archived === false) await receive(deps, token, prepared)
  else await storeAsHistory(deps, token, prepared)
  const stored = await findStored(deps.db, token.companyId, prepared)
  const tagIds = await ensureTags(deps, token, message.tags ?? [])
  const actions = [
    ...(tagIds.length > 0 ? [addTags(tagIds)] : []),
    ...(prepared.assignee ? [assign(prepared.assignee.id)] : []),
  ]
  await changeConversation(deps.db, deps.bus, actorOf(token), stored.conversation_id, ...actions)
  return messageUidOf(publicId('msg', token.companyId, stored.id))
}

async function prepare(
  db: Database,
  token: Token,
  inboxId: number,
  message: ImportedMessage,
  files: ReceivedFile[],
): Promise<Prepared> {
  const { sender, assignee_id, conversation_id, metadata } = message
  refuseWrong(message)
  const conversation = conversation_id ? await conversationOf(db, token, conversation_id) : undefined
  const named = (field: string, id: string | null | undefined) => (id ? teammateOf(db, token, field, id) : undefined)
  return {
    ...{ message, files, ...(await bodyOf(token.companyId, message)) },
    channel: await findChannelOfImport(db, token.companyId, inboxId, message, conversation),
    thread: conversation ? await threadOfConversation(db, token.companyId, conversation) : threadOf(message),
    author: metadata.is_inbound ? undefined : await named('body.sender.author_id', sender.author_id),
    assignee: await named('body.assignee_id', assignee_id),
  }
}

const daySeconds = 86_400

function refuseWrong(message: ImportedMessage): void {
  const { created_at, type, body_format, metadata } = message
  if (body_format && (type ?? 'email') !== 'email') {
    throw new ApiError('unsupported_field', undefined, [`body.body_format: is of the type email, not of ${type}`])
  }
  if (!metadata.is_inbound && recipientsOf(message).length === 0) {
    throw new ApiError('invalid_body', undefined, ['body.to: is empty; an outbound message went to somebody'])
  }
  if (created_at > Date.now() / 1_000 + daySeconds) {
    throw new ApiError('invalid_body', undefined, ['body.created_at: is more than a day ahead; it counts seconds'])
  }
}

async function conversationOf(db: Database, token: Token, id: string): Promise<ConversationRef> {
  try {
    return await requireConversation(db, token, id)
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'not_found')) throw error
    throw new ApiError('invalid_body', undefined, ['body.conversation_id: is no conversation of this company'])
  }
}

async function teammateOf(db: Database, token: Token, field: string, id: string): Promise<KnownTeammate> {
  const teammate = await findTeammateByIdOrAlias(db, token, id)
  if (teammate) return teammate
  throw new ApiError('invalid_body', undefined, [`${field}: not a teammate`])
}

/** Markdown is the default of e-mail; other types have plain text. */
async function bodyOf(companyId: number, message: ImportedMessage): Promise<Pick<Prepared, 'body' | 'bodyFormat'>> {
  const { type, body, body_format } = message
  if ((type ?? 'email') !== 'email') return { body, bodyFormat: 'text' }
  if (body_format === 'html') return { body, bodyFormat: 'html' }
  const html = await markdownAsHtml(companyId, body).catch(() => {
    throw new ApiError('overloaded')
  })
  return { body: html, bodyFormat: 'html' }
}

async function receive({ db, receiver }: ImportDeps, { companyId }: Token, prepared: Prepared): Promise<void> {
  const { message, files, channel, thread, body, bodyFormat } = prepared
  const recipients = recipientsOf(message)
  const { auth } = await channelAuthOf(db, companyId, channel.id)
  await receiver.receive(auth, {
    isInbound: true,
    people: [{ handle: message.sender.handle, name: message.sender.name }],
    recipients: recipients.length > 0 ? recipients : undefined,
    subject: message.subject ?? undefined,
    ...{ body, bodyFormat, files, externalId: message.external_id, externalConversationId: thread },
    deliveredAt: message.created_at,
  })
}

async function storeAsHistory(deps: ImportDeps, token: Token, prepared: Prepared): Promise<void> {
  const { message, files, channel, thread, body, bodyFormat, author, assignee } = prepared
  const { sender, subject, external_id, metadata } = message
  const recipients = recipientsOf(message)
  const at = new Date(message.created_at * 1_000).toISOString()
  const customer = metadata.is_inbound ? sender.handle : recipients[0]!.handle
  await importHistory(deps, token, [
    {
      channel_id: channel.publicId,
      external_ids: [{ channel_id: channel.publicId, external_id: thread }],
      contact: { handle: customer, ...(metadata.is_inbound && sender.name && { name: sender.name }) },
      status: metadata.is_archived === false ? 'open' : 'archived',
      created_at: at,
      ...(subject && { subject }),
      ...(assignee && { assignee: assignee.email }),
      messages: [
        {
          ...{
            external_id,
            is_inbound: metadata.is_inbound,
            sent_at: at,
            body,
            body_format: bodyFormat,
            handle: customer,
          },
          ...(recipients.length > 0 && { recipients }),
          ...(subject && { subject }),
          ...(sender.name && (metadata.is_inbound ? { name: sender.name } : { sender_name: sender.name })),
          ...(author && {
            author: { email: author.email, first_name: author.first_name, last_name: author.last_name },
          }),
          ...(files.length > 0 && { attachment_ids: files.map(({ id }) => publicId('fil', token.companyId, id)) }),
        },
      ],
    },
  ])
}

interface Stored {
  id: number
  conversation_id: number
}

async function findStored(db: Database, companyId: number, { channel, message }: Prepared): Promise<Stored> {
  const [stored] = await db.query<Stored>(
    'find_imported_message',
    `select id, conversation_id from messages where company_id = $1 and channel_id = $2 and external_id = $3
     union all select message_id, conversation_id from deliveries where company_id = $1 and channel_id = $2 and external_id = $3
     limit 1`,
    [companyId, channel.id, message.external_id],
  )
  if (!stored) throw new Error('a message that was just stored is not there')
  return stored
}
