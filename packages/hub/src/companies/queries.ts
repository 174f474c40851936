import type { Database } from '../db/database.ts'

export interface CompanyRow {
  company_id: number
  name: string
  is_demo: boolean
}

export async function findCompany(db: Pick<Database, 'query'>, companyId: number): Promise<CompanyRow | undefined> {
  const rows = await db.query<CompanyRow>(
    'find_company',
    'select company_id, name, is_demo from companies where company_id = $1',
    [companyId],
  )
  return rows[0]
}

export async function anyCompany(db: Pick<Database, 'query'>): Promise<boolean> {
  const rows = await db.query('any_company', 'select 1 from directory.companies limit 1')
  return rows.length > 0
}
