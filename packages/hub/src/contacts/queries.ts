import type { Database } from '../db/database.ts'
import { isAmong, isVisibleTo } from '../events/audience.ts'
import { normaliseHandle } from './handle.ts'

type Reader = Pick<Database, 'query'>

export interface ContactRow {
  id: number
  name: string | null
  handles: { source: string; handle: string }[]
}

export async function findContact(db: Reader, companyId: number, id: number): Promise<ContactRow | undefined> {
  const [row] = await db.query<ContactRow>(
    'find_contact',
    `select c.id, c.name, (select coalesce(jsonb_agg(jsonb_build_object('source', h.source, 'handle', h.handle)
         order by h.source, h.handle), '[]')
       from contact_handles h where h.company_id = c.company_id and h.contact_id = c.id) as handles
     from contacts c where c.company_id = $1 and c.id = $2`,
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
