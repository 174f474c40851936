import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { RemoteImagesChoice } from './schema.ts'

/**
 * Renames an inbox, changes who has it or what it shows; what is absent stays. Made private, its conversations are unassigned
 * from who does not see them any more. Throws not_found.
 */
export async function updateInbox(
  db: Database,
  bus: Bus,
  actor: Actor,
  inboxId: number,
  change: {
    name?: string | undefined
    isPublic?: boolean | undefined
    remoteImages?: RemoteImagesChoice | undefined
  },
): Promise<void> {
  await write(db, bus, actor, 'change_inbox', 'select change_inbox($1, $2, $3, $4, $5, $6, $7) as done', [
    actor.companyId,
    inboxId,
    change.name ?? null,
    change.isPublic ?? null,
    change.remoteImages ?? null,
    actor.kind,
    actor.id,
  ])
  if (change.isPublic === false) await unassignWithoutAccess(db, bus, actor, inboxId, null)
}

/** Shares an inbox with teammates. Throws not_found. */
export function grantInbox(
  db: Database,
  bus: Bus,
  actor: Actor,
  inboxId: number,
  teammateIds: number[],
): Promise<void> {
  return share(db, bus, actor, inboxId, teammateIds, true)
}

/**
 * Takes teammates' access to an inbox, and unassigns what they do not see any more; to a public one they keep it. Throws
 * not_found.
 */
export async function revokeInbox(
  db: Database,
  bus: Bus,
  actor: Actor,
  inboxId: number,
  teammateIds: number[],
): Promise<void> {
  await share(db, bus, actor, inboxId, teammateIds, false)
  await unassignWithoutAccess(db, bus, actor, inboxId, teammateIds)
}

const chunk = 500

/** Works in chunks, so that others do not wait long for the company's counter row. */
async function unassignWithoutAccess(
  db: Database,
  bus: Bus,
  actor: Actor,
  inboxId: number,
  teammateIds: number[] | null,
): Promise<void> {
  for (let unassigned = chunk; unassigned === chunk; ) {
    const [row] = await db.query<{ unassigned: number }>(
      'unassign_without_access',
      'select unassign_without_access($1, $2, $3, $4, $5, $6) as unassigned',
      [actor.companyId, inboxId, teammateIds, chunk, actor.kind, actor.id],
    )
    unassigned = row?.unassigned ?? 0
    if (unassigned > 0) bus.eventsCommitted(actor.companyId)
  }
}

function share(db: Database, bus: Bus, actor: Actor, inboxId: number, teammateIds: number[], grant: boolean) {
  return write(db, bus, actor, 'share_inbox', 'select share_inbox($1, $2, $3, $4, $5, $6) as done', [
    actor.companyId,
    inboxId,
    teammateIds,
    grant,
    actor.kind,
    actor.id,
  ])
}

async function write(
  db: Database,
  bus: Bus,
  actor: Actor,
  name: string,
  text: string,
  values: unknown[],
): Promise<void> {
  const [row] = await db.query<{ done: boolean }>(name, text, values)
  if (!row?.done) throw new ApiError('not_found')
  bus.eventsCommitted(actor.companyId)
}
