import type { InfiniteData } from '@tanstack/react-query'
import type { TimelineEntry } from '../api/types.ts'
import { rankOf } from './kinds.ts'

/** A page of a conversation's timeline, newest first; the next page is older. */
export interface TimelinePage {
  entries: TimelineEntry[]
  next: string | null
}

export type TimelinePages = InfiniteData<TimelinePage, string | null>

/** The id of an entry's resource, which is in the field named after the entry's kind. */
export function idOf(entry: TimelineEntry): string {
  const { [entry.kind]: resource } = entry as unknown as Record<string, { id: string }>
  return resource?.id ?? ''
}

export function ofKind<Kind extends TimelineEntry['kind']>(entries: TimelineEntry[], kind: Kind) {
  return entries.filter((entry): entry is Extract<TimelineEntry, { kind: Kind }> => entry.kind === kind)
}

export function hasEntry(pages: TimelinePages, id: string): boolean {
  return pages.pages.some(({ entries }) => entries.some((entry) => idOf(entry) === id))
}

/** Inserts an entry of the stream by its time; an entry that is there already stays unchanged. */
export function insertEntry(pages: TimelinePages, entry: TimelineEntry): TimelinePages {
  const [newest, ...older] = pages.pages
  if (!newest || hasEntry(pages, idOf(entry))) return pages
  const found = newest.entries.findIndex((other) => isBefore(other, entry))
  const index = found === -1 ? newest.entries.length : found
  return { ...pages, pages: [{ ...newest, entries: newest.entries.toSpliced(index, 0, entry) }, ...older] }
}

/** The hub's order. Times of resources have millisecond precision. */
function isBefore(a: TimelineEntry, b: TimelineEntry): boolean {
  const [aMs, bMs] = [Math.floor(a.at * 1000), Math.floor(b.at * 1000)]
  return aMs === bMs ? rankOf(a) <= rankOf(b) : aMs < bMs
}

export function mapEntries(pages: TimelinePages, change: (entry: TimelineEntry) => TimelineEntry): TimelinePages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, entries: page.entries.map(change) })) }
}

export function dropEntry(pages: TimelinePages, id: string): TimelinePages {
  const without = (page: TimelinePage) => ({ ...page, entries: page.entries.filter((entry) => idOf(entry) !== id) })
  return { ...pages, pages: pages.pages.map(without) }
}
