import type { Database } from '../db/database.ts'
import type { TargetPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { type TagRow, tagResource } from './present.ts'
import { findTags, findTagsOfEvents } from './queries.ts'
import { Tag } from './schema.ts'

export function tagsInEvents({ db, urls }: { db: Database; urls: Urls }): TargetPresenter {
  const show = (rows: TagRow[], companyId: number) =>
    new Map(rows.map((row) => [row.id, { resource: tagResource(row, companyId, urls) }]))
  return {
    schema: Tag,
    find: async (companyId, ids) => show(await findTags(db, companyId, ids), companyId),
    findOfEvents: async (reader, events) => show(await findTagsOfEvents(reader, events), events.companyId),
  }
}
