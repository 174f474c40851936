import type { Database } from '../db/database.ts'
import type { Presenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { messageResource, weightOf } from './present.ts'
import { findBodySizes, findMessageExcerpts, findMessages, type MessageRow } from './queries.ts'
import { Message } from './schema.ts'

export function messagesInEvents({ db, urls }: { db: Database; urls: Urls }): Presenter {
  const show = (row: MessageRow, companyId: number) => {
    const resource = messageResource(row, companyId, urls, { showsAdditions: true })
    if (row.is_excerpt) resource.is_excerpt = true
    return { resource, bytes: weightOf(resource) }
  }
  return {
    schema: Message,
    async find(companyId, ids, detail) {
      const find = detail === 'whole' ? findMessages : findMessageExcerpts
      return new Map((await find(db, companyId, ids)).map((row) => [row.id, show(row, companyId)]))
    },
    sizesOf: (companyId, ids) => findBodySizes(db, companyId, ids),
  }
}
