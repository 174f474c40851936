import type { Database } from '../db/database.ts'
import type { TargetPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { teammateWithPicture } from './present.ts'
import { findTeammates, findTeammatesOfEvents, type KnownTeammate } from './queries.ts'
import { Teammate } from './schema.ts'

export function teammatesInEvents({ db, urls }: { db: Database; urls: Urls }): TargetPresenter {
  const show = (rows: KnownTeammate[], companyId: number) =>
    new Map(rows.map((row) => [row.id, { resource: teammateWithPicture(row, companyId, urls) }]))
  return {
    schema: Teammate,
    find: async (companyId, ids) => show(await findTeammates(db, companyId, ids), companyId),
    findOfEvents: async (reader, events) => show(await findTeammatesOfEvents(reader, events), events.companyId),
  }
}
