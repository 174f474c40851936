import { randomUUID } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { normaliseEmail } from './email.ts'

export interface NewTeammate {
  email: string
  firstName: string
  lastName: string
  isAdmin?: boolean
  /** Inboxes that are shared with the teammate beside the public ones. */
  inboxIds?: number[]
  /** Absent: the teammate cannot sign in by e-mail and password. */
  password?: string
  /** The invitation this uses up. */
  invitationId?: number
}

/** Makes a teammate and, with a password, their sign-in. Throws email_taken, invitation_expired. */
export async function createTeammate(
  db: Pick<Database, 'query'>,
  bus: Pick<Bus, 'eventsCommitted'>,
  actor: Actor,
  teammate: NewTeammate,
): Promise<number> {
  const [row] = await db
    .query<{ outcome: 'created' | 'email_taken' | 'invitation_used'; teammate_id: number }>(
      'create_teammate',
      'select outcome, teammate_id from create_teammate($1)',
      [JSON.stringify(await asParameter(actor, teammate))],
    )
    .catch(whenTaken)
  if (row?.outcome === 'email_taken') throw new ApiError('email_taken')
  if (row?.outcome === 'invitation_used') throw new ApiError('invitation_expired')
  if (row?.outcome !== 'created') throw new Error(`create_teammate: ${row?.outcome}`)
  bus.eventsCommitted(actor.companyId)
  return row.teammate_id
}

/** Two companies can ask for one address at the same moment; the directory lets one have it. */
function whenTaken(error: unknown): never {
  if (error instanceof Error && 'constraint' in error && error.constraint === 'users_email_key') {
    throw new ApiError('email_taken')
  }
  throw error
}

async function asParameter(actor: Actor, teammate: NewTeammate) {
  const email = normaliseEmail(teammate.email)
  return {
    company: actor.companyId,
    email,
    username: email.slice(0, email.indexOf('@')),
    first_name: teammate.firstName.trim(),
    last_name: teammate.lastName.trim(),
    is_admin: teammate.isAdmin ?? false,
    inbox_ids: teammate.inboxIds ?? [],
    actor: actor.kind,
    actor_id: actor.id,
    user: teammate.password === undefined ? null : await signInOf(teammate.password),
    invitation: teammate.invitationId ?? null,
  }
}

async function signInOf(password: string) {
  return { id: randomUUID(), account_id: randomUUID(), password_hash: await hashPassword(password) }
}
