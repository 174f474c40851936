import { type Converted, convertBody } from '../bodies/conversion.ts'
import type { BodyFormat } from '../bodies/convert.ts'
import { storedForms } from '../bodies/stored.ts'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'
import { refusalOfChange } from '../message-changes/refusals.ts'

interface EditDeps {
  db: Pick<Database, 'query'>
  bus: Pick<Bus, 'eventsCommitted' | 'messageChangeQueued'>
}

interface Edit {
  body: string
  format?: BodyFormat | undefined
  /** The newest version that the editor knows. */
  base?: number | undefined
}

type Outcome =
  | 'queued'
  | 'unchanged'
  | 'edited_meanwhile'
  | 'no_message'
  | 'not_ours'
  | 'not_sent'
  | 'removed'
  | 'channel_deleted'

/** Queues an edit of a sent message. Throws message_not_changeable, message_edited_meanwhile, channel_deleted, not_found. */
export async function editMessage({ db, bus }: EditDeps, actor: Actor, messageId: number, edit: Edit): Promise<void> {
  const { companyId } = actor
  const converted = await convertBody({ companyId, body: edit.body, declared: edit.format })
  const [row] = await db.query<{ outcome: Outcome }>(
    'edit_message',
    'select edit_message($1, $2, $3, $4, $5, $6, $7, $8, $9) as outcome',
    [companyId, messageId, actor.kind, actor.id, edit.base ?? null, edit.body, ...columnsOf(converted)],
  )
  if (row?.outcome === 'unchanged') return
  if (row?.outcome === 'edited_meanwhile') throw new ApiError('message_edited_meanwhile')
  if (row?.outcome !== 'queued') throw refusalOfChange(row?.outcome)
  bus.messageChangeQueued()
  bus.eventsCommitted(companyId)
}

interface ReportedEdit {
  externalConversationId: string
  externalId: string
  body: string
  /** null: now. */
  at: Date | null
}

/** A message was edited at the channel. A repeat, and an edit older than the one that is shown, change nothing. Throws not_found. */
export async function reportEdit(
  { db, bus }: EditDeps,
  { companyId, channelId }: ChannelAuth,
  edit: ReportedEdit,
): Promise<void> {
  const converted = await convertBody({ companyId, body: edit.body })
  const [row] = await db.query<{ outcome: 'edited' | 'unchanged' | 'no_message' }>(
    'receive_edit',
    'select receive_edit($1, $2, $3, $4, $5, $6, $7, $8, $9) as outcome',
    [companyId, channelId, edit.externalConversationId, edit.externalId, edit.at, edit.body, ...columnsOf(converted)],
  )
  if (row?.outcome === 'no_message')
    throw new ApiError('not_found', 'This channel has no such message in this conversation.')
  if (row?.outcome === 'edited') bus.eventsCommitted(companyId)
}

function columnsOf(converted: Converted) {
  const forms = storedForms(converted)
  return [converted.format, converted.blurb, forms ? JSON.stringify(forms) : null]
}
