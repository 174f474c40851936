import { publicId } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

interface ChannelDeps {
  db: Pick<Database, 'query'>
  bus: Pick<Bus, 'eventsCommitted'>
}

/** The changes of a channel; absent fields stay. */
export interface ChannelChange {
  name?: string | undefined
  undoSendTime?: number | undefined
  /** Of a custom channel. */
  webhookUrl?: string | undefined
  status?: 'ok' | 'offline' | undefined
  inboxId?: number | undefined
}

/** Changes a channel. To another inbox its conversations go with it, as in Front. Throws not_found. */
export async function updateChannel(
  deps: ChannelDeps,
  actor: Actor,
  channelId: number,
  change: ChannelChange,
): Promise<void> {
  const { db, bus } = deps
  const { companyId } = actor
  const [row] = await db.query<{ outcome: 'changed' | 'unchanged' | 'no_channel' | 'no_inbox'; was_inbox: number }>(
    'update_channel',
    'select outcome, was_inbox from update_channel($1)',
    [
      JSON.stringify({
        company: companyId,
        channel: channelId,
        fields: {
          name: change.name?.trim(),
          undo_send_time: change.undoSendTime,
          webhook_url: change.webhookUrl,
          status: change.status,
          inbox_id: change.inboxId,
        },
        public_id: publicId('cha', companyId, channelId),
        actor: actor.kind,
        actor_id: actor.id,
      }),
    ],
  )
  if (row?.outcome === 'unchanged') return
  if (row?.outcome !== 'changed') throw new ApiError('not_found')
  bus.eventsCommitted(companyId)
  if (change.inboxId !== undefined) await moveConversations(deps, actor, channelId, row.was_inbox, change.inboxId)
}

const chunk = 500

/** Moves conversations in chunks, so that others do not wait long for the company's counter row. */
async function moveConversations({ db, bus }: ChannelDeps, actor: Actor, channelId: number, from: number, to: number) {
  for (let moved = chunk; moved === chunk && from !== to; ) {
    const [row] = await db.query<{ moved: number }>(
      'move_channel_conversations',
      'select move_channel_conversations($1, $2, $3, $4, $5, $6, $7) as moved',
      [actor.companyId, channelId, from, to, chunk, actor.kind, actor.id],
    )
    moved = row?.moved ?? 0
    if (moved > 0) bus.eventsCommitted(actor.companyId)
  }
}

/**
 * Deletes a channel: its tokens end, waiting messages are cancelled, and its server is notified in the background. Throws
 * not_found.
 */
export async function deleteChannel({ db, bus }: ChannelDeps, actor: Actor, channelId: number): Promise<void> {
  const [row] = await db.query<{ outcome: 'deleted' | 'no_channel' }>(
    'delete_channel',
    'select delete_channel($1, $2, $3, $4, $5) as outcome',
    [actor.companyId, channelId, publicId('cha', actor.companyId, channelId), actor.kind, actor.id],
  )
  if (row?.outcome !== 'deleted') throw new ApiError('not_found')
  bus.eventsCommitted(actor.companyId)
}
