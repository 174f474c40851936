import type { HubEvent, Message } from '../api/types.ts'
import type { Sending } from '../composer/sending.ts'
import { isSameDay } from '../ui/time/words.ts'

/** What stands in a thread, from top to bottom. */
export type TimelineItem =
  | { kind: 'beginning'; key: string }
  | { kind: 'day'; key: string; time: number }
  | { kind: 'new'; key: string }
  | { kind: 'events'; key: string; events: HubEvent[] }
  | { kind: 'cancelled'; key: string; messages: Message[] }
  | { kind: 'message'; key: string; message: Message; startsGroup: boolean; endsGroup: boolean }
  | { kind: 'sending'; key: string; sending: Sending; startsGroup: boolean }

interface TimelineSource {
  /** Oldest first. */
  messages: Message[]
  /** Oldest first. */
  events: HubEvent[]
  sending: Sending[]
  /** The first message this teammate has not read; null: all is read. */
  firstUnreadId: string | null
  /** Whether older messages are still to be loaded. */
  hasOlder: boolean
  /** The oldest message of each loaded page: it keeps its author line, so that nothing shrinks when older ones come. */
  pageStarts?: ReadonlySet<string>
  myId: string
}

const groupSeconds = 10 * 60

export function buildTimeline({
  messages,
  events,
  sending,
  firstUnreadId,
  hasOlder,
  pageStarts,
  myId,
}: TimelineSource): TimelineItem[] {
  const items: TimelineItem[] = hasOlder ? [] : [{ kind: 'beginning', key: 'beginning' }]
  const oldest = messages[0]?.created_at ?? 0
  const waiting = hasOlder ? events.filter((event) => event.emitted_at >= oldest) : [...events]
  // above what is loaded the day is not over: a heading there would go when older messages come, and move all below
  const days = new Days(items, hasOlder ? oldest : 0)
  for (const message of messages) {
    takeEvents(items, days, waiting, message.created_at)
    days.reach(message.created_at)
    if (message.id === firstUnreadId) items.push({ kind: 'new', key: 'new' })
    if (message.delivery?.state === 'cancelled') addCancelled(items, message)
    else addMessage(items, message, pageStarts?.has(message.id) === true)
  }
  takeEvents(items, days, waiting, Number.POSITIVE_INFINITY)
  for (const one of stillSending(sending, messages, myId)) {
    const last = items.at(-1)
    const startsGroup = !(last?.kind === 'sending' || (last?.kind === 'message' && last.message.author?.id === myId))
    items.push({ kind: 'sending', key: one.key, sending: one, startsGroup })
  }
  return items
}

/** Neighbours share the line that they fold into. */
function addCancelled(items: TimelineItem[], message: Message): void {
  const last = items.at(-1)
  if (last?.kind === 'cancelled') last.messages.push(message)
  else items.push({ kind: 'cancelled', key: message.id, messages: [message] })
}

function addMessage(items: TimelineItem[], message: Message, isPageStart: boolean): void {
  const last = items.at(-1)
  const joins = !isPageStart && last?.kind === 'message' && isSameGroup(last.message, message)
  if (joins) last.endsGroup = false
  items.push({ kind: 'message', key: message.id, message, startsGroup: !joins, endsGroup: true })
}

function isSameGroup(one: Message, next: Message): boolean {
  return authorKey(one) === authorKey(next) && next.created_at - one.created_at < groupSeconds
}

/** Who wrote a message, as far as grouping cares. */
function authorKey(message: Message): string {
  if (message.is_inbound) return `in:${message.recipients.find(({ role }) => role === 'from')?.handle}`
  return `out:${message.author?.id ?? message.sender_name ?? ''}`
}

/** Moves the events up to a time into the timeline; neighbours of one day share a line that unfolds. */
function takeEvents(items: TimelineItem[], days: Days, waiting: HubEvent[], until: number): void {
  for (let event = waiting[0]; event && event.emitted_at <= until; event = waiting[0]) {
    waiting.shift()
    days.reach(event.emitted_at)
    const last = items.at(-1)
    if (last?.kind === 'events') last.events.push(event)
    else items.push({ kind: 'events', key: event.id, events: [event] })
  }
}

/** Puts a heading where a new day begins. */
class Days {
  readonly #items: TimelineItem[]
  #current: number

  constructor(items: TimelineItem[], current: number) {
    this.#items = items
    this.#current = current
  }

  reach(time: number): void {
    if (!isSameDay(this.#current, time)) this.#items.push({ kind: 'day', key: `day-${Math.floor(time)}`, time })
    this.#current = time
  }
}

/** A message that the stream brought before the answer to its own POST is not shown twice. */
function stillSending(sending: Sending[], messages: Message[], myId: string): Sending[] {
  const claimed = new Set<string>()
  return sending.filter((one) => {
    const known = one.newestId === null ? -1 : messages.findIndex((message) => message.id === one.newestId)
    const arrived = messages
      .slice(known + 1)
      .find((message) => !claimed.has(message.id) && message.author?.id === myId && message.text === one.text)
    if (arrived) claimed.add(arrived.id)
    return !arrived
  })
}

/** Where unread begins: after the last thing one of us wrote. Null when the conversation is read. */
export function firstUnread(messages: Message[], isUnread: boolean): string | null {
  if (!isUnread) return null
  const lastOurs = messages.findLastIndex((message) => !message.is_inbound)
  return messages[lastOurs + 1]?.id ?? null
}
