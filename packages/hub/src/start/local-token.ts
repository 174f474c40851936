import { createApiToken } from '../api-tokens/api-tokens.ts'
import type { Settings } from '../settings/settings.ts'
import { visitDatabase } from './storage.ts'

/** No company for a token, or several and none chosen; `message` says what to do. */
export class NoCompany extends Error {}

/** Makes an API token for an account that can open the database itself, and so may do everything anyway. */
export async function createLocalToken(
  settings: Settings,
  { name, companyId }: { name: string; companyId: number | null },
): Promise<string> {
  const { db, close } = await visitDatabase(settings)
  try {
    const companies = await db.query<{ id: number }>('list_companies', 'select id from directory.companies order by id')
    return (
      await createApiToken(
        db,
        choose(
          companies.map(({ id }) => id),
          companyId,
        ),
        name,
      )
    ).token
  } finally {
    await close()
  }
}

function choose(companies: number[], wanted: number | null): number {
  const [only] = companies
  if (only === undefined)
    throw new NoCompany('there is no company yet. Start the hub and make one at /app/set-up first.')
  if (wanted === null && companies.length === 1) return only
  if (wanted !== null && companies.includes(wanted)) return wanted
  throw new NoCompany(`there are ${companies.length} companies. Choose one with --company: ${companies.join(', ')}.`)
}
