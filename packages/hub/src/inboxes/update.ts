import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { RemoteImagesChoice } from './schema.ts'

/** Renames an inbox, changes who has it or what it shows; what is absent stays. Throws not_found. */
export function updateInbox(
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
  return write(db, bus, actor, 'change_inbox', 'select change_inbox($1, $2, $3, $4, $5, $6, $7) as done', [
    actor.companyId,
    inboxId,
    change.name ?? null,
    change.isPublic ?? null,
    change.remoteImages ?? null,
    actor.kind,
    actor.id,
  ])
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

/** Takes teammates' access to an inbox; to a public one they keep it. Throws not_found. */
export function revokeInbox(
  db: Database,
  bus: Bus,
  actor: Actor,
  inboxId: number,
  teammateIds: number[],
): Promise<void> {
  return share(db, bus, actor, inboxId, teammateIds, false)
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
