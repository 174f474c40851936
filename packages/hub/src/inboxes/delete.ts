import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

type Reader = Pick<Database, 'query'>

export interface InboxContents {
  conversations: number
  channels: number
}

export async function countContents(db: Reader, companyId: number, inboxId: number): Promise<InboxContents> {
  const [row] = await db.query<InboxContents>(
    'count_inbox_contents',
    `select (select count(*) from conversations c where c.company_id = $1 and c.inbox_id = $2)::integer as conversations,
       (select count(*) from channels h where h.company_id = $1 and h.inbox_id = $2 and h.deleted_at is null)::integer as channels`,
    [companyId, inboxId],
  )
  return row ?? { conversations: 0, channels: 0 }
}

export interface InboxDeletion {
  inboxId: number
  /** The inbox for its conversations and channels; undefined: there must be none. */
  heir: number | undefined
  /** Moves one of its channels, with what belongs to that. */
  moveChannel(channelId: number, to: number): Promise<void>
}

/** Empties an inbox into another and deletes it; what was begun can be begun again. Throws inbox_not_empty, not_found. */
export async function deleteInbox(
  { db, bus }: { db: Database; bus: Bus },
  actor: Actor,
  { inboxId, heir, moveChannel }: InboxDeletion,
): Promise<void> {
  const { companyId } = actor
  if (heir !== undefined) {
    for (const id of await listChannelNumbers(db, companyId, inboxId)) await moveChannel(id, heir)
    await moveConversations({ db, bus }, actor, inboxId, heir)
  }
  const [row] = await db.query<{ outcome: 'deleted' | 'no_inbox' | 'not_empty' }>(
    'delete_inbox',
    'select delete_inbox($1, $2, $3, $4, $5) as outcome',
    [companyId, inboxId, heir ?? null, actor.kind, actor.id],
  )
  if (row?.outcome === 'not_empty') throw notEmpty(await countContents(db, companyId, inboxId))
  if (row?.outcome !== 'deleted') throw new ApiError('not_found')
  bus.eventsCommitted(companyId)
}

function notEmpty({ conversations, channels }: InboxContents): ApiError {
  return new ApiError(
    'inbox_not_empty',
    `Conversations in this inbox: ${conversations}; channels: ${channels}. Say where they go: ?move_to=inb_….`,
  )
}

async function listChannelNumbers(db: Reader, companyId: number, inboxId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    'list_channel_numbers',
    'select id from channels where company_id = $1 and inbox_id = $2 and deleted_at is null order by id',
    [companyId, inboxId],
  )
  return rows.map(({ id }) => id)
}

const chunk = 500

/** Works in chunks, so that others do not wait long for the company's counter row. */
async function moveConversations({ db, bus }: { db: Reader; bus: Bus }, actor: Actor, from: number, to: number) {
  for (let moved = chunk; moved === chunk; ) {
    const [row] = await db.query<{ moved: number }>(
      'move_inbox_conversations',
      'select move_inbox_conversations($1, $2, $3, $4, $5, $6) as moved',
      [actor.companyId, from, to, chunk, actor.kind, actor.id],
    )
    moved = row?.moved ?? 0
    if (moved === -1) throw new ApiError('not_found', 'The inbox to move to was deleted meanwhile.')
    if (moved > 0) bus.eventsCommitted(actor.companyId)
  }
}
