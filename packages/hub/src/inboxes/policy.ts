import type { Database } from '../db/database.ts'
import { byIndex, loaderOf } from '../db/group-commit.ts'
import { isVisibleTo } from '../events/audience.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { InboxRow } from './present.ts'
import { findInboxes } from './queries.ts'

type Reader = Pick<Database, 'query'>

/**
 * The one source of inbox access. Who has an inbox sees it, hears its events and may act in it; for everybody else it
 * does not exist. A teammate has the public inboxes and those shared with them, admins too; an API token has all of
 * its company's; a channel has the one it is in (and in it only what is its own: the routes see to that).
 *
 * Each is a subquery over SQL expressions for the company and for the caller's number (`callerNumber`).
 */
const inboxesOf: Record<Principal['kind'], (company: string, caller: string) => string> = {
  teammate: (
    company,
    caller,
  ) => `select i.id from inboxes i where i.company_id = ${company} and (i.is_public or exists (
    select 1 from inbox_teammates t where t.company_id = i.company_id and t.inbox_id = i.id and t.teammate_id = ${caller}))`,
  api_token: (company, caller) =>
    `select i.id from inboxes i where i.company_id = ${company} and ${caller}::bigint is not null`,
  channel: (
    company,
    caller,
  ) => `select i.id from inboxes i join channels c on c.company_id = i.company_id and c.inbox_id = i.id
    where i.company_id = ${company} and c.id = ${caller} and c.deleted_at is null`,
}

/**
 * Whether a caller sees the conversation `c`, as SQL: it is in an inbox that they have, or they were given it alone
 * (events/audience.ts). A channel sees its own conversations, wherever they were moved.
 */
export const seesConversation: Record<Principal['kind'], (company: string, caller: string) => string> = {
  teammate: (company, caller) => isVisibleTo((inbox) => hasInbox(company, caller, inbox), caller),
  api_token: (company, caller) =>
    isVisibleTo((inbox) => `exists (${inboxesOf.api_token(company, caller)} and i.id = ${inbox})`, 'null'),
  channel: (_company, caller) => `c.channel_id = ${caller}`,
}

/** SQL of whether a teammate has an inbox. */
const hasInbox = (company: string, teammate: string, inbox: string) =>
  `exists (${inboxesOf.teammate(company, teammate)} and i.id = ${inbox})`

/** The numbers of the caller's inboxes, in order of creation. Concurrent look-ups are one read. */
export function visibleInboxIds(db: Database, principal: Principal): Promise<number[]> {
  return visible[principal.kind](db).add(principal)
}

const visible = {
  teammate: visibleOf('teammate'),
  api_token: visibleOf('api_token'),
  channel: visibleOf('channel'),
}

function visibleOf(kind: Principal['kind']) {
  return loaderOf<Principal, number[]>(async (db, principals) => {
    const rows = await db.query<{ index: number; ids: number[] }>(
      `visible_inboxes_${kind}`,
      `select q.index, array(${inboxesOf[kind]('q.company_id', 'q.caller')} order by i.id) as ids
       from unnest($1::bigint[], $2::bigint[]) with ordinality q(company_id, caller, index)`,
      [principals.map(({ companyId }) => companyId), principals.map(callerNumber)],
    )
    return byIndex(principals, rows).map((row) => row?.ids ?? [])
  })
}

/** Throws not_found unless the caller has this inbox. */
export async function assertInbox(db: Reader, principal: Principal, inboxId: number): Promise<void> {
  const rows = await db.query(
    `assert_inbox_${principal.kind}`,
    `${inboxesOf[principal.kind]('$1', '$2')} and i.id = $3`,
    [principal.companyId, callerNumber(principal), inboxId],
  )
  if (rows.length === 0) throw new ApiError('not_found')
}

/** The inbox of a public id that the caller has. Throws not_found. */
export async function requireInbox(db: Reader, principal: Principal, text: string): Promise<InboxRow> {
  const inboxId = resourceNumber(principal, 'inb', text)
  await assertInbox(db, principal, inboxId)
  return requireRow(db, principal, inboxId)
}

/**
 * The number of an inbox that the caller, an admin, may rename and share. An admin need not have an inbox to manage it:
 * else one whose last teammate left could never be given to anybody. Its conversations stay closed to them.
 */
export async function requireManagedInbox(db: Reader, principal: Principal, text: string): Promise<number> {
  return (await requireRow(db, principal, resourceNumber(principal, 'inb', text))).id
}

async function requireRow(db: Reader, { companyId }: Principal, inboxId: number): Promise<InboxRow> {
  const [row] = await findInboxes(db, companyId, [inboxId])
  if (!row) throw new ApiError('not_found')
  return row
}

/** The number by which `inboxesOf` knows the caller. */
export function callerNumber(principal: Principal): number {
  switch (principal.kind) {
    case 'teammate':
      return principal.teammateId
    case 'api_token':
      return principal.apiTokenId
    case 'channel':
      return principal.channelId
  }
}
