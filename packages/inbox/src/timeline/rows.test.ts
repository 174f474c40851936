import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HubEvent, Message, Teammate, TimelineEntry } from '../api/types.ts'
import type { Sending } from '../composer/sending.ts'
import { sendingRows } from '../composer/timeline-rows.ts'
import { type CancelledRow, cancelledRows } from '../deliveries/timeline-rows.ts'
import { type EventRow, eventRows } from '../events/timeline-rows.ts'
import { type MessageRow, messageRows } from '../messages/timeline-rows.ts'
import { firstUnread } from '../thread/first-unread.ts'
import { type RowsOfKind, registerTimelineKinds, type TimelineKind, type TimelineRow } from './kinds.ts'
import { idOf, insertEntry, type TimelinePages } from './pages.ts'
import { buildRows } from './rows.ts'

const noon = new Date(2026, 4, 12, 12).getTime() / 1000
const noor = { id: 'tea_1', first_name: 'Noor', last_name: '', email: 'noor@acme.example' } as Teammate

let count = 0
function message(minutes: number, part: Partial<Message> = {}): Message {
  const text = part.text ?? 'Hello'
  return {
    id: `msg_${++count}`,
    message_uid: '',
    is_inbound: true,
    created_at: noon + minutes * 60,
    subject: null,
    blurb: text,
    body: text,
    text,
    author: null,
    recipients: [{ _links: { related: { contact: null } }, name: 'Ivo', handle: 'ivo', role: 'from' }],
    error_type: null,
    error_message: null,
    sender_name: null,
    channel_id: 'cha_1',
    delivery: null,
    render: null,
    attachments: [],
    metadata: { headers: {} },
    ...part,
  } as Message
}

const answer = (minutes: number, text = 'Hi', author: Teammate | null = noor) =>
  message(minutes, { is_inbound: false, author, text })

function event(minutes: number, id = `evt_${++count}`): HubEvent {
  return {
    _links: { self: '' },
    id,
    type: 'archive',
    emitted_at: noon + minutes * 60,
    source: { _meta: { type: 'api' }, data: null },
    target: null,
    conversation: null,
    cause: null,
    data: null,
  }
}

function sending(text: string, newestId: string | null): Sending {
  return {
    key: `key-${++count}`,
    conversationId: 'cnv_1',
    text,
    archive: false,
    kind: 'reply',
    tab: 'tab-1',
    order: 1,
    newestId,
    seenId: null,
    draftVersion: 0,
  }
}

const drawn = (rows: RowsOfKind<TimelineRow>): TimelineKind => ({ ...rows, loadRow: async () => ({ Row: () => null }) })
const features = [eventRows, messageRows, cancelledRows, sendingRows].map((rows) =>
  drawn(rows as RowsOfKind<TimelineRow>),
)
registerTimelineKinds(features)

interface Given {
  messages?: Message[]
  events?: HubEvent[]
  sending?: Sending[]
  firstUnreadId?: string | null
  hasOlder?: boolean
}

const entryOf = (resource: Message | HubEvent): TimelineEntry =>
  'emitted_at' in resource
    ? { kind: 'event', at: resource.emitted_at, event: resource }
    : { kind: 'message', at: resource.created_at, message: resource }

/** The hub's order: newest first, and at the same time events before messages. */
function page(...held: (Message | HubEvent)[]) {
  return { entries: held.map(entryOf).sort((a, b) => b.at - a.at), next: null }
}

function build({ messages = [], events = [], sending = [], firstUnreadId = null, hasOlder = false }: Given) {
  const pages = [page(...messages, ...events)]
  return buildRows(features, { pages, waiting: sending, firstUnreadId, hasOlder, myId: 'tea_1' })
}
const kinds = (rows: TimelineRow[]) => rows.map((row) => row.kind)
const messageRowsOf = (rows: TimelineRow[]) => rows.filter((row): row is MessageRow => row.kind === 'message')

describe('the timeline of a conversation', () => {
  it('collapses cancelled messages into one line, which is no reply', () => {
    const cancelled = { delivery: { state: 'cancelled' } as Message['delivery'], is_inbound: false, author: noor }
    const items = build({
      messages: [message(0), message(1, cancelled), message(2, cancelled), answer(3), message(4, cancelled)],
    })
    assert.deepEqual(kinds(items), ['beginning', 'day', 'message', 'cancelled', 'message', 'cancelled'])
    assert.equal((items[3] as CancelledRow).messages.length, 2)
    assert.equal((items[4] as MessageRow).startsGroup, true)
  })

  it('groups consecutive messages of one author', () => {
    const items = build({ messages: [message(0), message(1), answer(2), answer(3)], hasOlder: true })
    const starts = messageRowsOf(items).map((row) => [row.startsGroup, row.endsGroup])
    assert.deepEqual(starts, [
      [true, false],
      [false, true],
      [true, false],
      [false, true],
    ])
  })

  it('never puts two people of the customer in one group', () => {
    const other = message(1, {
      recipients: [{ _links: { related: { contact: null } }, name: 'Eva', handle: 'eva', role: 'from' }],
    })
    const items = build({ messages: [message(0), other], hasOlder: true })
    assert.ok(messageRowsOf(items).every((row) => row.startsGroup))
  })

  it('keeps the author line at the start of a page, so that nothing moves when older messages load', () => {
    const pages = [page(message(1)), page(message(0))]
    const items = buildRows(features, { pages, waiting: [], firstUnreadId: null, hasOlder: true, myId: 'tea_1' })
    assert.ok(messageRowsOf(items).every((row) => row.startsGroup))
  })

  it('starts a new group after a long pause', () => {
    const items = build({ messages: [message(0), message(30)], hasOlder: true })
    assert.ok(messageRowsOf(items).every((row) => row.startsGroup))
  })

  it('puts a day between two days, for events as for messages', () => {
    const nextDay = 24 * 60
    const items = build({ messages: [message(0), message(nextDay + 5)], events: [event(nextDay)] })
    assert.deepEqual(kinds(items), ['beginning', 'day', 'message', 'day', 'event', 'message'])
  })

  it('puts events where they happened and neighbours into one item', () => {
    const items = build({ messages: [message(0), answer(10)], events: [event(3), event(4), event(11)], hasOlder: true })
    assert.deepEqual(kinds(items), ['message', 'event', 'message', 'event'])
    assert.equal((items[1] as EventRow).events.length, 2)
  })

  it('puts what the stream brings at its time, of one time the event first, and each once', () => {
    const [first, last] = [message(0), answer(2)]
    let pages: TimelinePages = { pages: [page(first)], pageParams: [null] }
    for (const resource of [last, event(2, 'evt_sent'), event(1, 'evt_late'), last])
      pages = insertEntry(pages, entryOf(resource))
    const ids = pages.pages.flatMap(({ entries }) => entries.map(idOf))
    assert.deepEqual(ids, [last.id, 'evt_sent', 'evt_late', first.id])
  })

  it('has rows of a feature that it does not know', () => {
    const comments = drawn({
      kind: 'comment',
      height: 48,
      position: () => noon + 90,
      rowOf: (entry) => (entry.kind === 'event' ? { kind: 'comment', key: entry.event.id } : undefined),
    })
    const pages = [page(message(0), event(1), message(2))]
    const given = { pages, waiting: [], firstUnreadId: null, hasOlder: true, myId: 'tea_1' }
    assert.deepEqual(kinds(buildRows([drawn(messageRows as RowsOfKind<TimelineRow>), comments], given)), [
      'message',
      'comment',
      'message',
    ])
  })

  it('begins unread after the last thing one of us wrote', () => {
    const messages = [message(0), answer(1), message(2), message(3)]
    assert.equal(firstUnread(messages, true), messages[2]?.id)
    assert.equal(firstUnread(messages, false), null)
  })

  it('has a "New" line before the first unread message', () => {
    const messages = [answer(0), message(1)]
    const items = build({ messages, firstUnreadId: messages[1]?.id ?? null, hasOlder: true })
    assert.deepEqual(kinds(items), ['message', 'new', 'message'])
  })

  it('shows a reply once when the stream is faster than the response to its POST', () => {
    const before = message(0)
    const one = sending('Hi', before.id)
    assert.deepEqual(kinds(build({ messages: [before], sending: [one], hasOlder: true })), ['message', 'sending'])
    const after = build({ messages: [before, answer(1, 'Hi')], sending: [one], hasOlder: true })
    assert.deepEqual(kinds(after), ['message', 'message'])
  })

  it('shows the same text sent twice as two messages', () => {
    const before = message(0)
    const items = build({
      messages: [before, answer(1, 'Hi')],
      sending: [sending('Hi', before.id), sending('Hi', before.id)],
      hasOlder: true,
    })
    assert.equal(kinds(items).filter((kind) => kind === 'sending').length, 1)
  })
})
