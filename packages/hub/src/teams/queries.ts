import type { Database } from '../db/database.ts'

export interface TeamRow {
  id: number
  name: string
}

/** The teams, oldest first. */
export function listTeams(db: Pick<Database, 'query'>, companyId: number): Promise<TeamRow[]> {
  return db.query<TeamRow>('list_teams', 'select id, name from teams where company_id = $1 order by id', [companyId])
}
