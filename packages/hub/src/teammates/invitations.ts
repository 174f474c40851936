import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { createTeammate } from './create.ts'
import { normaliseEmail } from './email.ts'

type Db = Pick<Database, 'query'>

const lifetimeMs = 7 * 24 * 3600 * 1000
/** For who is a teammate already and forgot the password: such a link takes over a sign-in, so it ends soon (S65). */
const returnMs = 15 * 60 * 1000

export interface Invitation {
  email: string
  isAdmin: boolean
  inboxIds: number[]
}

export interface InvitationRow {
  id: number
  email: string
  is_admin: boolean
  inbox_ids: number[]
  created_at: Date
  expires_at: Date
}

/**
 * Invites somebody by a link that works once, for seven days; a teammate of the company who cannot sign in any more for
 * 15 minutes. Throws email_taken when the address signs in elsewhere or is blocked.
 */
export async function inviteTeammate(
  db: Db,
  companyId: number,
  invitedBy: number | null,
  invitation: Invitation,
): Promise<{ id: number; token: string; expiresAt: Date }> {
  const email = normaliseEmail(invitation.email)
  const relation = await relationTo(db, companyId, email)
  if (relation === 'taken') throw new ApiError('email_taken')
  const token = randomBytes(24).toString('base64url')
  const expiresAt = new Date(Date.now() + (relation === 'teammate' ? returnMs : lifetimeMs))
  const [row] = await db.query<{ id: number }>(
    'create_invitation',
    'select create_invitation($1, $2, $3, $4, $5, $6, $7) as id',
    [companyId, email, invitation.isAdmin, invitation.inboxIds, invitedBy, hashOf(token), expiresAt],
  )
  if (!row) throw new Error('create_invitation returned no row')
  return { id: row.id, token, expiresAt }
}

/** Those that wait for an answer. */
export function listInvitations(db: Db, companyId: number): Promise<InvitationRow[]> {
  return db.query<InvitationRow>(
    'list_invitations',
    `select id, email, is_admin, inbox_ids, created_at, expires_at from invitations
     where company_id = $1 and accepted_at is null and expires_at > now() order by id`,
    [companyId],
  )
}

/** The link stops working. Throws not_found. */
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

/** The invitation a link stands for. Throws not_found for a link that never was, invitation_expired for one that is over. */
export async function findInvitation(db: Db, token: string): Promise<OpenInvitation> {
  const [row] = await db.query<OpenInvitation & { is_open: boolean }>(
    'find_invitation',
    `select i.company_id, c.name as company_name, i.id, i.email, i.is_admin, i.inbox_ids, i.created_at, i.expires_at,
       i.accepted_at is null and i.expires_at > now() as is_open
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

/** Makes the teammate an invitation promised, or lets one in again with a new password. Of two who accept at once, one does. Throws as findInvitation, email_taken. */
export async function acceptInvitation(
  db: Db,
  bus: Bus,
  token: string,
  person: { firstName: string; lastName: string; password: string },
): Promise<{ companyId: number; teammateId: number }> {
  const invitation = await findInvitation(db, token)
  const companyId = invitation.company_id
  const teammateId = await createTeammate(
    db,
    bus,
    { companyId, kind: 'system', id: null },
    {
      ...person,
      email: invitation.email,
      isAdmin: invitation.is_admin,
      inboxIds: invitation.inbox_ids,
      invitationId: invitation.id,
    },
  )
  return { companyId, teammateId }
}

async function relationTo(db: Db, companyId: number, email: string): Promise<'teammate' | 'taken' | 'nobody'> {
  const [row] = await db.query<{ is_blocked: boolean | null; signs_in: boolean }>(
    'find_relation',
    `select (select t.is_blocked from teammates t where t.company_id = $1 and t.email = $2) as is_blocked,
       exists (select 1 from directory.users u where u.email = $2) as signs_in`,
    [companyId, email],
  )
  if (row?.is_blocked === false) return 'teammate'
  return row?.is_blocked || row?.signs_in ? 'taken' : 'nobody'
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
