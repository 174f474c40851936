import { publicId } from '@portico/protocol'
import type { Database } from '../db/database.ts'

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
