import { readPage } from '../http/page.ts'
import { fitting, listEnvelope } from '../http/paging.ts'
import type { Principal } from '../http/principal.ts'
import type { RequestWith } from '../http/route.ts'
import { findTargetSizes, type PresentDeps, type PresentedEvent, presentEvents } from './present.ts'
import type { EventFilter, EventRow } from './queries.ts'
import type { EventQuery, EventResource } from './schema.ts'

interface EventPage {
  list: (page: Pick<EventFilter, 'companyId' | 'order' | 'behind' | 'limit'>) => Promise<EventRow[]>
  /** The visible form of an event for the caller; null: nothing. */
  show: (event: PresentedEvent) => EventResource | null
}

/** Answers a page of events, in Front's envelope. */
export async function answerEvents(
  deps: PresentDeps,
  request: RequestWith<EventQuery>,
  { companyId }: Principal,
  { list, show }: EventPage,
) {
  const { rows, ...links } = await readPage(request, {
    length: 1,
    cursorOf: ({ event }: PresentedEvent) => [event.number],
    async read({ after, order, limit }) {
      const found = await list({ companyId, order, behind: after?.[0], limit: limit + 1 })
      const loaded = fitting(found.slice(0, limit), await findTargetSizes(deps, companyId, found))
      const presented = await presentEvents(deps, companyId, loaded, 'whole')
      const fit = fitting(presented, ({ bytes }) => bytes)
      return { rows: fit, hasMore: fit.length < found.length }
    },
  })
  const visible = rows.map(show).filter((event) => event !== null)
  return listEnvelope(deps.urls, request, visible, links)
}
