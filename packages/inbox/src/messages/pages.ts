import type { Message } from '../api/types.ts'
import { hasEntry, insertEntry, mapEntries, ofKind, type TimelinePage, type TimelinePages } from '../timeline/pages.ts'

/** The messages of a page, newest first. */
export function messagesOf({ entries }: TimelinePage): Message[] {
  return ofKind(entries, 'message').map(({ message }) => message)
}

/** The newest loaded messages: a page of the timeline may have events only. */
export function newestMessages(timeline: { pages: TimelinePage[] } | undefined): Message[] | undefined {
  const messages = timeline?.pages.map(messagesOf)
  return messages?.find(({ length }) => length > 0) ?? messages?.[0]
}

/** The timeline with the current state of a message; a new one is inserted by its time. */
export function placeMessage(pages: TimelinePages, message: Message): TimelinePages {
  if (!hasEntry(pages, message.id)) return insertEntry(pages, { kind: 'message', at: message.created_at, message })
  return mapMessage(pages, message.id, () => message)
}

/** The timeline after an excerpt arrived: a known message keeps its text, unless it was edited. undefined: it must be read first. */
export function placeExcerpt(pages: TimelinePages, excerpt: Message): TimelinePages | undefined {
  const known = pages.pages.flatMap(messagesOf).find(({ id }) => id === excerpt.id)
  if (!known || known.edited_at !== excerpt.edited_at) return undefined
  return mapMessage(pages, excerpt.id, ({ body, text, render, recipients }) => {
    return { ...excerpt, body, text, render, recipients, is_excerpt: false }
  })
}

function mapMessage(pages: TimelinePages, id: string, change: (message: Message) => Message): TimelinePages {
  return mapEntries(pages, (entry) =>
    entry.kind === 'message' && entry.message.id === id ? { ...entry, message: change(entry.message) } : entry,
  )
}
