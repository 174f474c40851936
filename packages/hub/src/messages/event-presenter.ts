import type { Database } from '../db/database.ts'
import type { TargetPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { messageResource, weightOf } from './present.ts'
import {
  findBodySizes,
  findMessageExcerpts,
  findMessageExcerptsOfEvents,
  findMessages,
  type MessageRow,
} from './queries.ts'
import { Message } from './schema.ts'

export function messagesInEvents({ db, urls }: { db: Database; urls: Urls }): TargetPresenter {
  const show = (row: MessageRow, companyId: number) => {
    const resource = messageResource(row, companyId, urls, { showsAdditions: true })
    if (row.is_excerpt) resource.is_excerpt = true
    return { resource, bytes: weightOf(resource) }
  }
  const showAll = (rows: MessageRow[], companyId: number) => new Map(rows.map((row) => [row.id, show(row, companyId)]))
  return {
    schema: Message,
    async find(companyId, ids, detail) {
      const find = detail === 'whole' ? findMessages : findMessageExcerpts
      return showAll(await find(db, companyId, ids), companyId)
    },
    findOfEvents: async (reader, events) =>
      showAll(await findMessageExcerptsOfEvents(db, reader, events), events.companyId),
    sizesOf: (companyId, ids) => findBodySizes(db, companyId, ids),
  }
}
