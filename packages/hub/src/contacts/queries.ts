import type { Database } from '../db/database.ts'
import { isAmong, isVisibleTo } from '../events/audience.ts'
import type { Order } from '../http/page.ts'
import { normaliseHandle } from './handle.ts'

type Reader = Pick<Database, 'query'>

export interface ContactRow {
  id: number
  name: string | null
  description: string | null
  links: string[]
  /** Everybody in the company sees it. */
  is_made_by_hand: boolean
  handles: { source: string; handle: string }[]
}

const columns = `p.id, p.name, p.description, p.links, p.is_made_by_hand,
  (select coalesce(jsonb_agg(jsonb_build_object('source', h.source, 'handle', h.handle) order by h.source, h.handle), '[]')
   from contact_handles h where h.company_id = p.company_id and h.contact_id = p.id) as handles`

export async function findContact(db: Reader, companyId: number, id: number): Promise<ContactRow | undefined> {
  const [row] = await db.query<ContactRow>(
    'find_contact',
    `select ${columns} from contacts p where p.company_id = $1 and p.id = $2`,
    [companyId, id],
  )
  return row
}

export async function findContactNumber(
  db: Reader,
  companyId: number,
  source: string,
  handle: string,
): Promise<number | undefined> {
  const [row] = await db.query<{ contact_id: number }>(
    'find_contact_number',
    'select contact_id from contact_handles where company_id = $1 and source = $2 and handle = $3 and owner_id is null',
    [companyId, source, normaliseHandle(source, handle)],
  )
  return row?.contact_id
}

export interface ContactFilter {
  companyId: number
  /** What a teammate sees; null: everything. */
  seenBy: { inboxIds: number[]; grantedTo: number | null } | null
  sortBy: 'created_at' | 'updated_at'
  updatedAfter: Date | null
  updatedBefore: Date | null
  order: Order
  after: { us: number; id: number } | undefined
  limit: number
}

export interface ListedContact extends ContactRow {
  /** The time by which it is sorted, in microseconds. */
  sorted_us: number
}

/** Contacts that were made by hand, and those of conversations that the caller sees. */
export function listContacts(db: Reader, filter: ContactFilter): Promise<ListedContact[]> {
  const { sortBy, order, after, seenBy } = filter
  const compare = order === 'asc' ? '>' : '<'
  return db.query<ListedContact>(
    `list_contacts_${sortBy}_${order}`,
    `select ${columns}, (extract(epoch from p.${sortBy}) * 1000000)::bigint as sorted_us from contacts p
     where p.company_id = $1 and not exists (select from contact_handles h
         where h.company_id = p.company_id and h.contact_id = p.id and h.owner_id is not null)
       and ($2::boolean or p.is_made_by_hand or p.id in (select c.contact_id from conversations c
         where c.company_id = $1 and ${isVisibleTo(isAmong('$3'), '$4::bigint')}))
       and ($5::timestamptz is null or p.updated_at > $5) and ($6::timestamptz is null or p.updated_at < $6)
       and ($7::float8 is null or (p.${sortBy}, p.id) ${compare} ('epoch'::timestamptz + $7::float8 * interval '1 microsecond', $8::bigint))
     order by p.${sortBy} ${order}, p.id ${order} limit $9`,
    [
      ...[filter.companyId, seenBy === null, seenBy?.inboxIds ?? [], seenBy?.grantedTo ?? null],
      ...[filter.updatedAfter, filter.updatedBefore, after?.us ?? null, after?.id ?? null, filter.limit],
    ],
  )
}

/** Says that a handle is a contact's; `other_contact`: it is another one's, and stays there. */
export async function giveHandle(
  db: Reader,
  companyId: number,
  contactId: number,
  { source, handle }: { source: string; handle: string },
): Promise<'given' | 'known' | 'no_contact' | 'other_contact'> {
  const [row] = await db.query<{ outcome: 'given' | 'known' | 'no_contact' | 'other_contact' }>(
    'give_handle',
    'select give_handle($1, $2, $3, $4) as outcome',
    [companyId, contactId, source, normaliseHandle(source, handle)],
  )
  return row?.outcome ?? 'no_contact'
}

/** Whether who has these inboxes, and what the teammate was given alone, sees a conversation with the contact. */
export async function isContactIn(
  db: Reader,
  companyId: number,
  id: number,
  inboxIds: number[],
  grantedTo: number | null,
): Promise<boolean> {
  const rows = await db.query(
    'is_contact_in',
    `select 1 from conversations c where c.company_id = $1 and c.contact_id = $2
       and ${isVisibleTo(isAmong('$3'), '$4::bigint')} limit 1`,
    [companyId, id, inboxIds, grantedTo],
  )
  return rows.length > 0
}
