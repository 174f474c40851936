import { publicId } from '@portico/protocol'
import type { FastifyRequest } from 'fastify'
import type { Database } from '../db/database.ts'
import { isDirectFromLoopback } from '../http/caller-address.ts'
import type { Urls } from '../http/urls.ts'

/**
 * The trust boundary of the demo: whoever sits at this machine is trusted without a password, and nobody else. So the
 * request must come from loopback, not through a proxy, and under a name of this machine (a page elsewhere that points
 * its own name here, DNS rebinding, sends that name).
 */
export function isFromThisMachine(request: FastifyRequest, urls: Urls): boolean {
  return isDirectFromLoopback(request) && urls.isOwnHost(request.headers.host)
}

/** The teammates one may be in the demo. */
export async function listDemoTeammates(db: Pick<Database, 'query'>) {
  const rows = await db.query<{ company_id: number; id: number; first_name: string; last_name: string; email: string }>(
    'list_demo_teammates',
    `select t.company_id, t.id, t.first_name, t.last_name, t.email
     from companies c join teammates t on t.company_id = c.company_id
     where c.is_demo and not t.is_blocked order by t.company_id, t.id`,
  )
  return rows.map((row) => ({
    id: publicId('tea', row.company_id, row.id),
    name: `${row.first_name} ${row.last_name}`.trim(),
    email: row.email,
    companyId: row.company_id,
    teammateId: row.id,
  }))
}
