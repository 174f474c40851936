import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { createTeammate } from '../teammates/create.ts'
import { normaliseEmail } from '../teammates/email.ts'
import { findTeammateByEmail } from '../teammates/queries.ts'
import type { Purpose } from './schema.ts'

type Db = Pick<Database, 'query'>

const lifetimes = { seconds_to_join: 7 * 24 * 3600, seconds_to_return: 15 * 60 }

export interface Invitation {
  email: string
  isAdmin: boolean
  inboxIds: number[]
}

export interface InvitationRow {
  id: number
  email: string
  /** The teammate who chooses a new password; null when the link makes a new teammate. */
  teammate_id: number | null
  is_admin: boolean
  inbox_ids: number[]
  created_at: Date
  expires_at: Date
}

/**
 * Invites a person by a link that works once, for seven days; or a teammate who cannot sign in, for 15 minutes. Earlier links of
 * the address end. Throws email_taken when it signs in elsewhere or is blocked, forbidden when the caller's right has ended
 * meanwhile.
 */
export async function inviteTeammate(
  db: Db,
  { companyId, kind, id }: Actor,
  { email, isAdmin, inboxIds }: Invitation,
): Promise<{ id: number; token: string; expiresAt: Date }> {
  const token = randomBytes(24).toString('base64url')
  const parameter = {
    company: companyId,
    email: normaliseEmail(email),
    is_admin: isAdmin,
    inbox_ids: inboxIds,
    actor: kind,
    actor_id: id,
    hash: hashOf(token).toString('hex'),
    ...lifetimes,
  }
  const [row] = await db.query<{ outcome: 'created' | 'email_taken'; id: number; expires_at: Date }>(
    'create_invitation',
    'select outcome, id, expires_at from create_invitation($1)',
    [JSON.stringify(parameter)],
  )
  if (row?.outcome === 'email_taken') throw await taken(db, companyId, parameter.email)
  if (row?.outcome !== 'created') throw new Error(`create_invitation: ${row?.outcome}`)
  return { id: row.id, token, expiresAt: row.expires_at }
}

async function taken(db: Db, companyId: number, email: string): Promise<ApiError> {
  const known = await findTeammateByEmail(db, companyId, email)
  const isBlocked = 'This address belongs to a teammate who is blocked. Unblock them first.'
  return new ApiError('email_taken', known?.is_blocked ? isBlocked : undefined)
}

/** The pending invitations. */
export function listInvitations(db: Db, companyId: number): Promise<InvitationRow[]> {
  return db.query<InvitationRow>(
    'list_invitations',
    `select id, email, teammate_id, is_admin, inbox_ids, created_at, expires_at from invitations i
     where company_id = $1 and accepted_at is null and is_open_invitation(i) order by id`,
    [companyId],
  )
}

/** The effect of an invitation's link. */
export function purposeOf({ teammate_id }: Pick<InvitationRow, 'teammate_id'>): Purpose {
  return teammate_id === null ? 'join' : 'new_password'
}

/** Ends the link. Throws not_found, also for one that was accepted. */
export async function deleteInvitation(db: Db, companyId: number, id: number): Promise<void> {
  const [row] = await db.query<{ done: boolean }>('delete_invitation', 'select delete_invitation($1, $2) as done', [
    companyId,
    id,
  ])
  if (!row?.done) throw new ApiError('not_found')
}

export interface OpenInvitation extends InvitationRow {
  company_id: number
  company_name: string
}

/** The invitation of a link. Throws not_found for a link that never existed, invitation_expired for one that has ended. */
export async function findInvitation(db: Db, token: string): Promise<OpenInvitation> {
  const [row] = await db.query<OpenInvitation & { is_open: boolean }>(
    'find_invitation',
    `select i.company_id, c.name as company_name, i.id, i.email, i.teammate_id, i.is_admin, i.inbox_ids,
       i.created_at, i.expires_at, is_open_invitation(i) as is_open
     from directory.invitations d
     join invitations i on i.company_id = d.company_id and i.id = d.invitation_id
     join companies c on c.company_id = i.company_id
     where d.token_hash = $1`,
    [hashOf(token)],
  )
  if (!row) throw new ApiError('not_found', 'There is no such invitation. Ask for a new link.')
  if (!row.is_open) throw new ApiError('invitation_expired')
  return row
}

export interface Person {
  /** A new teammate's name comes from the body; a teammate with a new password has a name already. */
  firstName?: string | undefined
  lastName?: string | undefined
  password: string
}

/** Makes the invited teammate, or sets a teammate's new password. When two accept at once, one succeeds. Throws as findInvitation, invalid_body, email_taken. */
export async function acceptInvitation(
  db: Db,
  bus: Bus,
  token: string,
  { firstName = '', lastName = '', password }: Person,
): Promise<{ companyId: number; teammateId: number }> {
  const invitation = await findInvitation(db, token)
  if (invitation.teammate_id === null && !firstName.trim()) {
    throw new ApiError('invalid_body', 'Who joins says their name.', ['body.first_name: is required'])
  }
  const companyId = invitation.company_id
  const teammateId = await createTeammate(
    db,
    bus,
    { companyId, kind: 'system', id: null },
    {
      firstName,
      lastName,
      password,
      email: invitation.email,
      isAdmin: invitation.is_admin,
      inboxIds: invitation.inbox_ids,
      invitationId: invitation.id,
    },
  )
  return { companyId, teammateId }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
