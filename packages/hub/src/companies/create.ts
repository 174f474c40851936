import type { Database } from '../db/database.ts'

/** Makes a company and gives its number. With `onlyFirst`, nothing happens and it gives null once there is a company. */
export async function createCompany(
  db: Pick<Database, 'query'>,
  company: { name: string; isDemo?: boolean; onlyFirst?: boolean },
): Promise<number | null> {
  const [row] = await db.query<{ id: number | null }>('create_company', 'select create_company($1, $2, $3) as id', [
    company.name,
    company.isDemo ?? false,
    company.onlyFirst ?? false,
  ])
  return row?.id ?? null
}
