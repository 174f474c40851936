import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'

export interface NewInbox {
  name: string
  /** Default true: everybody in the company has it. Else those in `teammateIds`. */
  isPublic?: boolean | undefined
  teammateIds?: number[] | undefined
}

/** Makes an inbox and gives its number. */
export async function createInbox(
  db: Pick<Database, 'query'>,
  bus: Pick<Bus, 'eventsCommitted'>,
  actor: Actor,
  inbox: NewInbox,
): Promise<number> {
  const [row] = await db.query<{ id: number }>('create_inbox', 'select create_inbox($1, $2, $3, $4, $5, $6) as id', [
    actor.companyId,
    inbox.name,
    inbox.isPublic ?? true,
    inbox.teammateIds ?? [],
    actor.kind,
    actor.id,
  ])
  if (!row) throw new Error('create_inbox returned no row')
  bus.eventsCommitted(actor.companyId)
  return row.id
}
