import type { Database } from '../db/database.ts'
import { type EventsAfter, targetsOfEvents } from '../events/queries.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { TeammateRow } from './present.ts'
import type { Preferences } from './schema.ts'

type Reader = Pick<Database, 'query'>

export interface KnownTeammate extends TeammateRow {
  is_removed: boolean
}

const columns =
  'id, email, username, first_name, last_name, is_admin, is_available, is_blocked, avatar, removed_at is not null as is_removed'

/** Finds removed teammates, too: they are authors of messages. */
export function findTeammates(db: Reader, companyId: number, ids: number[]): Promise<KnownTeammate[]> {
  return db.query<KnownTeammate>(
    'find_teammates',
    `select ${columns} from teammates where company_id = $1 and id = any($2::bigint[]) order by id`,
    [companyId, ids],
  )
}

/** Finds the teammates of a range of events. */
export function findTeammatesOfEvents(db: Reader, { companyId, after, limit }: EventsAfter): Promise<KnownTeammate[]> {
  return db.query<KnownTeammate>(
    'find_teammates_of_events',
    `select ${columns} from teammates where company_id = $1 and id = any(${targetsOfEvents('teammate')})`,
    [companyId, after, limit],
  )
}

export function listTeammates(db: Reader, companyId: number): Promise<KnownTeammate[]> {
  return db.query<KnownTeammate>(
    'list_teammates',
    `select ${columns} from teammates where company_id = $1 and removed_at is null order by id`,
    [companyId],
  )
}

/** Lists the teammates who have the inbox: everybody when it is public, else those it is shared with. */
export function listInboxTeammates(db: Reader, companyId: number, inboxId: number): Promise<KnownTeammate[]> {
  return db.query<KnownTeammate>(
    'list_inbox_teammates',
    `select ${columns} from teammates t where t.company_id = $1 and not t.is_blocked and (
       exists (select 1 from inboxes i where i.company_id = t.company_id and i.id = $2 and i.is_public) or
       exists (select 1 from inbox_teammates m
         where m.company_id = t.company_id and m.inbox_id = $2 and m.teammate_id = t.id))
     order by t.id`,
    [companyId, inboxId],
  )
}

const alias = 'alt:email:'

/** The teammate of a public id or of alt:email:<address>; undefined when the company has none such. */
export async function findTeammateByIdOrAlias(
  db: Reader,
  principal: Principal,
  text: string,
): Promise<KnownTeammate | undefined> {
  if (text.startsWith(alias)) return findTeammateByEmail(db, principal.companyId, text.slice(alias.length))
  const id = numberOrNone(principal, text)
  return id === undefined ? undefined : (await findTeammates(db, principal.companyId, [id]))[0]
}

/** The same; throws not_found when the company has none such. */
export async function requireTeammateRow(db: Reader, principal: Principal, text: string): Promise<KnownTeammate> {
  const row = await findTeammateByIdOrAlias(db, principal, text)
  if (!row) throw new ApiError('not_found')
  return row
}

/** The numbers behind a list of ids and aliases in a body. Throws invalid_body when one is nobody in the company. */
export async function requireTeammateNumbers(db: Reader, principal: Principal, texts: string[]): Promise<number[]> {
  const numbers = []
  for (const [index, text] of texts.entries()) {
    const teammate = await findTeammateByIdOrAlias(db, principal, text)
    if (!teammate || teammate.is_removed) {
      throw new ApiError('invalid_body', 'Not all of them are teammates.', [
        `body.teammate_ids[${index}]: not a teammate`,
      ])
    }
    numbers.push(teammate.id)
  }
  return numbers
}

export async function findTeammateByEmail(db: Reader, companyId: number, email: string) {
  const rows = await db.query<KnownTeammate>(
    'find_teammate_by_email',
    `select ${columns} from teammates where company_id = $1 and email = $2 and removed_at is null`,
    [companyId, email.trim().toLowerCase()],
  )
  return rows[0]
}

function numberOrNone(principal: Principal, text: string): number | undefined {
  try {
    return resourceNumber(principal, 'tea', text)
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

export async function findPreferences(db: Reader, companyId: number, teammateId: number): Promise<Preferences> {
  const [row] = await db.query<{ preferences: Preferences }>(
    'find_preferences',
    'select preferences from teammates where company_id = $1 and id = $2',
    [companyId, teammateId],
  )
  return row?.preferences ?? {}
}
