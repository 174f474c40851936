import { randomInt, timingSafeEqual } from 'node:crypto'
import { createCompany } from '../companies/create.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { createInbox } from '../inboxes/create.ts'
import { createTeammate } from '../teammates/create.ts'

const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'

/** The code that the start banner prints and the first admin enters, so that nobody else on the network can be first. */
export function newSetUpCode(): string {
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return `${group()}-${group()}-${group()}`
}

export function isSameCode(code: string, typed: string | undefined): boolean {
  const wanted = Buffer.from(code)
  const given = Buffer.from((typed ?? '').trim().toUpperCase())
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

export interface FirstAdmin {
  companyName: string
  firstName: string
  lastName: string
  email: string
  password: string
}

/** Inside a transaction nothing has happened yet; the event is published after the commit. */
const untold = { eventsCommitted() {} }

/** Makes the company, its first admin and a first inbox. Throws set_up_done when there is a company already. */
export async function setUp(
  db: Database,
  bus: Bus,
  first: FirstAdmin,
): Promise<{ companyId: number; teammateId: number }> {
  const made = await db.transaction(async (tx) => {
    const companyId = await createCompany(tx, { name: first.companyName, onlyFirst: true })
    if (companyId === null) throw new ApiError('set_up_done')
    const actor = { companyId, kind: 'system', id: null } as const
    const teammateId = await createTeammate(tx, untold, actor, { ...first, isAdmin: true })
    await createInbox(tx, untold, actor, { name: 'Team inbox' })
    return { companyId, teammateId }
  })
  bus.eventsCommitted(made.companyId)
  return made
}
