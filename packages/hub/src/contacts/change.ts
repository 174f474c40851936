import { publicId } from '@portico/protocol'
import { visibleName } from '@portico/protocol/visible'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { normaliseHandle } from './handle.ts'
import { type ContactRow, findContact } from './queries.ts'
import type { ContactChange, ContactHandle, NewContact } from './schema.ts'

export interface ContactDeps {
  db: Database
  bus: Bus
}

/** Throws handle_taken. */
export async function createContact(
  { db, bus }: ContactDeps,
  principal: Principal,
  contact: NewContact,
): Promise<ContactRow> {
  const { companyId, kind, id } = actorOf(principal)
  const handles = new Map(contact.handles.map(normalised).map((handle) => [JSON.stringify(handle), handle]))
  const given = [...handles.values()]
  const [made] = await db.query<{ outcome: 'created' | 'handle_taken'; contact_id: number }>(
    'create_contact',
    'select * from create_contact($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      ...[companyId, kind, id, visibleName(contact.name) ?? null, contact.description ?? null, contact.links ?? []],
      given.map(({ source }) => source),
      given.map(({ handle }) => handle),
    ],
  )
  if (!made) throw new Error('create_contact returned no row')
  if (made.outcome === 'handle_taken') throw handleTaken(companyId, made.contact_id)
  bus.eventsCommitted(companyId)
  const row = await findContact(db, companyId, made.contact_id)
  if (!row) throw new ApiError('not_found')
  return row
}

/** Throws not_found. */
export async function changeContact(
  { db, bus }: ContactDeps,
  principal: Principal,
  contactId: number,
  { name, description, links }: ContactChange,
): Promise<void> {
  const { companyId, kind, id } = actorOf(principal)
  // by name: the body may have other fields, which are columns of the table
  const change = { description, links, ...(name !== undefined && { name: visibleName(name) ?? null }) }
  const [row] = await db.query<{ outcome: 'changed' | 'unchanged' | 'no_contact' }>(
    'change_contact',
    'select change_contact($1, $2, $3, $4, $5) as outcome',
    [...[companyId, kind, id, contactId], JSON.stringify(change)],
  )
  if (row?.outcome === 'no_contact') throw new ApiError('not_found')
  if (row?.outcome === 'changed') bus.eventsCommitted(companyId)
}

/** Throws not_found. */
export async function deleteContact({ db, bus }: ContactDeps, principal: Principal, contactId: number): Promise<void> {
  const { companyId, kind, id } = actorOf(principal)
  const [row] = await db.query<{ outcome: 'deleted' | 'no_contact' }>(
    'delete_contact',
    'select delete_contact($1, $2, $3, $4) as outcome',
    [...[companyId, kind, id, contactId]],
  )
  if (row?.outcome !== 'deleted') throw new ApiError('not_found')
  bus.eventsCommitted(companyId)
}

/** Throws handle_taken, not_found. */
export async function addHandle(
  { db, bus }: ContactDeps,
  principal: Principal,
  contactId: number,
  given: ContactHandle,
): Promise<void> {
  const { companyId, kind, id } = actorOf(principal)
  const { source, handle } = normalised(given)
  const [row] = await db.query<{ outcome: 'given' | 'known' | 'no_contact' | 'other_contact' }>(
    'add_contact_handle',
    'select add_contact_handle($1, $2, $3, $4, $5, $6) as outcome',
    [companyId, kind, id, contactId, source, handle],
  )
  if (row?.outcome === 'no_contact') throw new ApiError('not_found')
  if (row?.outcome === 'other_contact') throw handleTaken(companyId)
  bus.eventsCommitted(companyId)
}

/** Throws invalid_body for a handle that it does not have, and last_handle. */
export async function removeHandle(
  { db, bus }: ContactDeps,
  principal: Principal,
  contactId: number,
  given: ContactHandle,
  force: boolean,
): Promise<void> {
  const { companyId, kind, id } = actorOf(principal)
  const { source, handle } = normalised(given)
  const [row] = await db.query<{ outcome: 'removed' | 'deleted' | 'no_handle' | 'last_handle' | 'no_contact' }>(
    'remove_contact_handle',
    'select remove_contact_handle($1, $2, $3, $4, $5, $6, $7) as outcome',
    [companyId, kind, id, contactId, source, handle, force],
  )
  if (row?.outcome === 'no_contact') throw new ApiError('not_found')
  if (row?.outcome === 'last_handle') throw new ApiError('last_handle')
  if (row?.outcome === 'no_handle') {
    throw new ApiError('invalid_body', 'The contact does not have this handle.', [
      'body.handle: is none of the contact’s',
    ])
  }
  bus.eventsCommitted(companyId)
}

function normalised({ source, handle }: ContactHandle): ContactHandle {
  const normal = normaliseHandle(source, handle)
  if (visibleName(normal)) return { source, handle: normal }
  throw new ApiError('invalid_body', undefined, ['body.handle: has no visible character'])
}

function handleTaken(companyId: number, contactId?: number): ApiError {
  return new ApiError('handle_taken', undefined, contactId ? [`contact: ${publicId('crd', companyId, contactId)}`] : [])
}
