import type { Database } from '../db/database.ts'
import { type PresentDeps, presentEvents } from '../events/present.ts'
import { findEvents } from '../events/queries.ts'
import { eventSchema } from '../events/schema.ts'
import type { Position, PositionsAsked, TimelineSource } from './source.ts'

/** The events of a conversation's timeline; messages are entries of their own. */
export function eventsInTimeline(deps: PresentDeps & { db: Database }): TimelineSource {
  return {
    kind: 'event',
    schema: eventSchema(deps.presenters),
    async find(companyId, numbers, detail) {
      if (numbers.length === 0) return new Map()
      const presented = await presentEvents(deps, companyId, await findEvents(deps.db, companyId, numbers), detail)
      // readers of the timeline have the conversation already
      return new Map(presented.map(({ event, full }) => [event.number, { resource: { ...full, conversation: null } }]))
    },
    listPositions: (asked) => listPositions(deps.db, asked),
  }
}

/** The condition of the index events_timeline: of events without the timeline mark, the types of 0.2.0 are entries. */
const isEntry = `coalesce(e.in_timeline, e.type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore', 'prioritize'))`

export function listPositions(
  db: Pick<Database, 'query'>,
  { companyId, conversationId, behind, order, limit }: PositionsAsked,
): Promise<Position[]> {
  return db.query<Position>(
    `list_event_positions_${order}`,
    `select (extract(epoch from e.emitted_at) * 1000000)::bigint as us, e.number from events e
     where e.company_id = $1 and e.conversation_id = $2 and ${isEntry}
       and (e.emitted_at, e.number) ${order === 'asc' ? '>' : '<'} ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)
     order by e.emitted_at ${order}, e.number ${order} limit $5`,
    [companyId, conversationId, behind.us, behind.number, limit],
  )
}
