import type { Database } from '../db/database.ts'
import type { TargetPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import type { TimelineSource } from '../timeline/source.ts'
import { callResource } from './present.ts'
import { type CallRow, findCalls, findCallsOfEvents, listCallPositions } from './queries.ts'
import { Call } from './schema.ts'

interface CallReader {
  db: Database
  urls: Urls
}

export function callsInEvents({ db, urls }: CallReader): TargetPresenter {
  const show = (rows: CallRow[], companyId: number) =>
    new Map(
      rows.map((row) => {
        const resource = callResource(row, companyId, urls)
        return [row.id, { resource, bytes: JSON.stringify(resource).length }]
      }),
    )
  return {
    schema: Call,
    find: async (companyId, ids) => show(await findCalls(db, companyId, ids), companyId),
    findOfEvents: async (reader, events) => show(await findCallsOfEvents(reader, events), events.companyId),
  }
}

export function callsInTimeline(deps: CallReader): TimelineSource {
  return {
    ...callsInEvents(deps),
    kind: 'call',
    listPositions: (asked) => listCallPositions(deps.db, asked),
  }
}
