import type { Database } from '../db/database.ts'
import type { Presenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { teammateResource } from './present.ts'
import { findTeammates } from './queries.ts'
import { Teammate } from './schema.ts'

export function teammatesInEvents({ db, urls }: { db: Database; urls: Urls }): Presenter {
  return {
    schema: Teammate,
    async find(companyId, ids) {
      const rows = await findTeammates(db, companyId, ids)
      return new Map(rows.map((row) => [row.id, { resource: teammateResource(row, companyId, urls) }]))
    },
  }
}
