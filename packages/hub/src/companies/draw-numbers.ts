import type { Database } from '../db/database.ts'

/** Draws `count` numbers for the caller, and gives the first. They are never drawn again. */
export async function drawNumbers(db: Pick<Database, 'query'>, companyId: number, count: number): Promise<number> {
  const [row] = await db.query<{ first: number | null }>('draw_numbers', 'select draw_numbers($1, $2) as first', [
    companyId,
    count,
  ])
  if (!row?.first) throw new Error(`company ${companyId} has no counter row`)
  return row.first
}
