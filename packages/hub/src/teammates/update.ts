import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

/** The changes of a teammate; absent fields stay. */
export interface TeammateChange {
  username?: string | undefined
  firstName?: string | undefined
  lastName?: string | undefined
  isAvailable?: boolean | undefined
  isAdmin?: boolean | undefined
  /** A blocked teammate is signed out everywhere and cannot sign in. */
  isBlocked?: boolean | undefined
  /** Merged into what is there. */
  preferences?: Record<string, unknown> | undefined
}

/** Throws not_found, last_admin. */
export async function updateTeammate(
  db: Database,
  bus: Bus,
  actor: Actor,
  teammateId: number,
  change: TeammateChange,
): Promise<void> {
  const parameter = {
    company: actor.companyId,
    teammate: teammateId,
    username: change.username,
    first_name: change.firstName,
    last_name: change.lastName,
    is_available: change.isAvailable,
    is_admin: change.isAdmin,
    is_blocked: change.isBlocked,
    preferences: change.preferences,
    actor: actor.kind,
    actor_id: actor.id,
  }
  const [row] = await db.query<{ outcome: 'changed' | 'no_teammate' | 'last_admin' }>(
    'update_teammate',
    'select update_teammate($1) as outcome',
    [JSON.stringify(parameter)],
  )
  if (row?.outcome === 'no_teammate') throw new ApiError('not_found')
  if (row?.outcome === 'last_admin') throw new ApiError('last_admin')
  bus.eventsCommitted(actor.companyId)
}
