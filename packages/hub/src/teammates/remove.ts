import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { updateTeammate } from './update.ts'

interface Deps {
  db: Database
  bus: Bus
}

export interface Assigned {
  all: number
  /** Conversations in the trash or in spam, which are given to nobody. */
  thrownAway: number
}

/** Counts the conversations that are assigned to a teammate. */
export async function countAssigned(db: Pick<Database, 'query'>, companyId: number, id: number): Promise<Assigned> {
  const [row] = await db.query<Assigned>(
    'count_assigned',
    `select count(*)::integer as "all", (count(*) filter (where status in ('trashed', 'spam')))::integer as "thrownAway"
     from conversations where company_id = $1 and assignee_id = $2`,
    [companyId, id],
  )
  return row ?? { all: 0, thrownAway: 0 }
}

/**
 * Removes a teammate, whose conversations go to `heir` (null: unassigned; undefined: no choice). Blocks first, so that nothing
 * more is assigned; a failed removal can be repeated. Throws teammate_has_conversations, last_admin, not_found.
 */
export async function removeTeammate(
  { db, bus }: Deps,
  actor: Actor,
  teammateId: number,
  heir: number | null | undefined,
): Promise<void> {
  const assigned = await countAssigned(db, actor.companyId, teammateId)
  if (assigned.all > 0 && heir === undefined) throw assignedStill(assigned)
  await updateTeammate(db, bus, actor, teammateId, { isBlocked: true })
  await reassign({ db, bus }, actor, teammateId, heir ?? null)
  const [row] = await db.query<{ outcome: 'removed' | 'no_teammate' | 'has_conversations' }>(
    'remove_teammate',
    'select remove_teammate($1, $2, $3, $4) as outcome',
    [actor.companyId, teammateId, actor.kind, actor.id],
  )
  if (row?.outcome === 'has_conversations') throw assignedStill(await countAssigned(db, actor.companyId, teammateId))
  if (row?.outcome !== 'removed') throw new ApiError('not_found')
  bus.eventsCommitted(actor.companyId)
}

function assignedStill({ all: count }: Assigned): ApiError {
  const what = count === 1 ? 'One conversation is' : `${count} conversations are`
  return new ApiError(
    'teammate_has_conversations',
    `${what} assigned to this teammate. Say who gets them: ?assign_to=tea_… or ?assign_to=nobody.`,
  )
}

const chunk = 500

/** Works in chunks, so that others do not wait long for the company's counter row. */
async function reassign({ db, bus }: Deps, actor: Actor, from: number, to: number | null): Promise<void> {
  for (let moved = chunk; moved === chunk; ) {
    const [row] = await db.query<{ moved: number }>(
      'reassign_conversations',
      'select reassign_conversations($1, $2, $3, $4, $5, $6) as moved',
      [actor.companyId, from, to, chunk, actor.kind, actor.id],
    )
    moved = row?.moved ?? 0
    if (moved === -1) throw new ApiError('invalid_query', undefined, ['query.assign_to: is blocked or was removed'])
    if (moved > 0) bus.eventsCommitted(actor.companyId)
  }
}
