import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import type { TimelineSource } from '../timeline/source.ts'
import { messagesInEvents } from './event-presenter.ts'
import { listPositions } from './queries.ts'

export function messagesInTimeline(deps: { db: Database; urls: Urls }): TimelineSource {
  return {
    ...messagesInEvents(deps),
    kind: 'message',
    listPositions: (asked) => listPositions(deps.db, asked),
  }
}
