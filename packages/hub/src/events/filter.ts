import { ApiError } from '../http/api-error.ts'
import { checkSortBy, type SortedQuery } from '../http/page.ts'
import type { Principal } from '../http/principal.ts'
import { queryObject } from '../http/query-object.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { eventTypes } from './catalogue.ts'
import type { EventFilter } from './queries.ts'

/** Types of Front's EventResponse that may be asked for, and of which none happens here. */
const unbuiltTypes = [
  ...['reminder', 'comment', 'mention', 'forward', 'tag', 'untag', 'message_bounce_error', 'conversations_merged'],
  ...['link_added', 'link_removed', 'custom_field_updated', 'macro_triggered', 'topic_identified'],
  ...['ticket_status_update', 'call_started', 'call_abandoned', 'call_queued', 'call_on_hold', 'call_parked'],
  ...['call_resumed', 'call_connected', 'call_missed', 'call_hangup', 'call_transferred', 'call_transcript_added'],
  'call_voicemail_transcript_added',
]
const knownTypes = new Set<string>([...eventTypes, ...unbuiltTypes])

type Name = 'types' | 'before' | 'after' | 'inboxes'
type ParsedFilter = Pick<EventFilter, 'types' | 'before' | 'after'> & { inboxes?: string[] | undefined }

/** Parses the filter of a list of events. Throws invalid_query. */
export function parseEventFilter(query: SortedQuery, names: readonly Name[]): ParsedFilter {
  checkSortBy(query, 'created_at')
  const { types, before, after, inboxes } = queryObject(query, names)
  const unknown = types?.find((type) => !knownTypes.has(type))
  if (unknown !== undefined) throw refusal('types', `"${unknown}" is not a type of event`)
  return { types: types ?? null, before: secondsOf('before', before), after: secondsOf('after', after), inboxes }
}

function secondsOf(name: string, [text, ...more]: string[] = []): number | null {
  if (text === undefined) return null
  const seconds = Number(text)
  if (more.length > 0 || text.trim() === '' || !(Math.abs(seconds) < 1e11))
    throw refusal(name, 'must be a time in seconds')
  return seconds
}

/** The numbers of inboxes that are asked for. Throws invalid_query for one that the caller does not have. */
export function parseInboxIds(principal: Principal, inboxes: string[], visible: number[]): number[] {
  return inboxes.map((text) => {
    const number = numberOf(principal, text)
    if (number !== undefined && visible.includes(number)) return number
    throw refusal('inboxes', `"${text}" is not an inbox of yours`)
  })
}

function numberOf(principal: Principal, text: string): number | undefined {
  try {
    return resourceNumber(principal, 'inb', text)
  } catch {
    return undefined
  }
}

function refusal(name: string, reason: string): ApiError {
  return new ApiError('invalid_query', undefined, [`query.q.${name}: ${reason}`])
}
