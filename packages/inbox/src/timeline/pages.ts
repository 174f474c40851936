import type { InfiniteData } from '@tanstack/react-query'
import type { TimelineEntry } from '../api/types.ts'
import { rankOf } from './kinds.ts'

/** A page of a conversation's timeline, newest first; the next page is older. */
export interface TimelinePage {
  entries: TimelineEntry[]
  next: string | null
}

export type TimelinePages = InfiniteData<TimelinePage, string | null>

/** The id of what an entry holds: the hub files that under the name of its kind. */
export function idOf(entry: TimelineEntry): string {
  const { [entry.kind]: held } = entry as unknown as Record<string, { id: string }>
  return held?.id ?? ''
}

export function ofKind<Kind extends TimelineEntry['kind']>(entries: TimelineEntry[], kind: Kind) {
  return entries.filter((entry): entry is Extract<TimelineEntry, { kind: Kind }> => entry.kind === kind)
}

export function hasEntry(pages: TimelinePages, id: string): boolean {
  return pages.pages.some(({ entries }) => entries.some((entry) => idOf(entry) === id))
}

/** With an entry that the stream brought, at its place by time; one that is there already stays as it is. */
export function insertEntry(pages: TimelinePages, entry: TimelineEntry): TimelinePages {
  const [newest, ...older] = pages.pages
  if (!newest || hasEntry(pages, idOf(entry))) return pages
  const place = newest.entries.findIndex((other) => isBefore(other, entry))
  const at = place === -1 ? newest.entries.length : place
  return { ...pages, pages: [{ ...newest, entries: newest.entries.toSpliced(at, 0, entry) }, ...older] }
}

/** The hub's order. Resources tell their time in milliseconds. */
function isBefore(one: TimelineEntry, other: TimelineEntry): boolean {
  const [a, b] = [Math.floor(one.at * 1000), Math.floor(other.at * 1000)]
  return a === b ? rankOf(one) <= rankOf(other) : a < b
}

export function mapEntries(pages: TimelinePages, change: (entry: TimelineEntry) => TimelineEntry): TimelinePages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, entries: page.entries.map(change) })) }
}

export function dropEntry(pages: TimelinePages, id: string): TimelinePages {
  const without = (page: TimelinePage) => ({ ...page, entries: page.entries.filter((entry) => idOf(entry) !== id) })
  return { ...pages, pages: pages.pages.map(without) }
}
