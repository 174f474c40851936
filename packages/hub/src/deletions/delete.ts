import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'
import { refusalOfChange } from '../message-changes/refusals.ts'

interface DeletionDeps {
  db: Pick<Database, 'query'>
  bus: Pick<Bus, 'eventsCommitted' | 'messageChangeQueued'>
}

type Outcome = 'queued' | 'unchanged' | 'no_message' | 'not_ours' | 'not_sent' | 'channel_deleted'

/** Queues the removal of a sent message. A repeat changes nothing. Throws message_not_changeable, channel_deleted, not_found. */
export async function deleteMessage({ db, bus }: DeletionDeps, actor: Actor, messageId: number): Promise<void> {
  const [row] = await db.query<{ outcome: Outcome }>(
    'delete_message',
    'select delete_message($1, $2, $3, $4) as outcome',
    [actor.companyId, messageId, actor.kind, actor.id],
  )
  if (row?.outcome === 'unchanged') return
  if (row?.outcome !== 'queued') throw refusalOfChange(row?.outcome)
  bus.messageChangeQueued()
  bus.eventsCommitted(actor.companyId)
}

interface ReportedDeletion {
  externalConversationId: string
  externalId: string
  at: Date
}

/** A message was removed at the channel. A repeat changes nothing. Throws not_found. */
export async function reportDeletion(
  { db, bus }: DeletionDeps,
  { companyId, channelId }: ChannelAuth,
  { externalConversationId, externalId, at }: ReportedDeletion,
): Promise<void> {
  const [row] = await db.query<{ outcome: 'removed' | 'unchanged' | 'no_message' }>(
    'receive_deletion',
    'select receive_deletion($1, $2, $3, $4, $5) as outcome',
    [companyId, channelId, externalConversationId, externalId, at],
  )
  if (row?.outcome === 'no_message')
    throw new ApiError('not_found', 'This channel has no such message in this conversation.')
  if (row?.outcome === 'removed') bus.eventsCommitted(companyId)
}
