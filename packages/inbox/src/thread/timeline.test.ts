import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HubEvent, Message, Teammate } from '../api/types.ts'
import type { Sending } from '../composer/sending.ts'
import { buildTimeline, firstUnread, type TimelineItem } from './timeline.ts'

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
    ...part,
  } as Message
}

const answer = (minutes: number, text = 'Hi', author: Teammate | null = noor) =>
  message(minutes, { is_inbound: false, author, text })

function event(minutes: number, id = `evt_${++count}`): HubEvent {
  return { id, type: 'archive', emitted_at: noon + minutes * 60, source: null, target: null, conversation: null }
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

const build = (part: Partial<Parameters<typeof buildTimeline>[0]>) =>
  buildTimeline({ messages: [], events: [], sending: [], firstUnreadId: null, hasOlder: false, myId: 'tea_1', ...part })
const kinds = (items: TimelineItem[]) => items.map((item) => item.kind)

describe('the timeline of a conversation', () => {
  it('folds what was cancelled into one line, which is nobody’s answer', () => {
    const cancelled = { delivery: { state: 'cancelled' } as Message['delivery'], is_inbound: false, author: noor }
    const items = build({
      messages: [message(0), message(1, cancelled), message(2, cancelled), answer(3), message(4, cancelled)],
    })
    assert.deepEqual(kinds(items), ['beginning', 'day', 'message', 'cancelled', 'message', 'cancelled'])
    assert.equal(items[3]?.kind === 'cancelled' && items[3].messages.length, 2)
    assert.equal(items[4]?.kind === 'message' && items[4].startsGroup, true)
  })

  it('groups consecutive messages of one author', () => {
    const items = build({ messages: [message(0), message(1), answer(2), answer(3)], hasOlder: true })
    const starts = items.filter((item) => item.kind === 'message').map((item) => [item.startsGroup, item.endsGroup])
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
    assert.ok(items.every((item) => item.kind !== 'message' || item.startsGroup))
  })

  it('keeps the author line where a page begins, so that nothing moves when older ones come', () => {
    const messages = [message(0), message(1)]
    const pageStarts = new Set([messages[1]?.id ?? ''])
    const items = build({ messages, pageStarts, hasOlder: true })
    assert.ok(items.every((item) => item.kind !== 'message' || item.startsGroup))
  })

  it('starts a group anew after a long silence', () => {
    const items = build({ messages: [message(0), message(30)], hasOlder: true })
    assert.ok(items.every((item) => item.kind !== 'message' || item.startsGroup))
  })

  it('puts a day between two days, for events as for messages', () => {
    const nextDay = 24 * 60
    const items = build({ messages: [message(0), message(nextDay + 5)], events: [event(nextDay)] })
    assert.deepEqual(kinds(items), ['beginning', 'day', 'message', 'day', 'events', 'message'])
  })

  it('puts events where they happened and neighbours into one item', () => {
    const items = build({ messages: [message(0), answer(10)], events: [event(3), event(4), event(11)], hasOlder: true })
    assert.deepEqual(kinds(items), ['message', 'events', 'message', 'events'])
    assert.equal(items[1]?.kind === 'events' && items[1].events.length, 2)
  })

  it('shows no event that is older than what is loaded', () => {
    const items = build({ messages: [message(10)], events: [event(1)], hasOlder: true })
    assert.deepEqual(kinds(items), ['message'])
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

  it('shows a reply once when the stream is faster than the answer to its POST', () => {
    const before = message(0)
    const one = sending('Hi', before.id)
    assert.deepEqual(kinds(build({ messages: [before], sending: [one], hasOlder: true })), ['message', 'sending'])
    const after = build({ messages: [before, answer(1, 'Hi')], sending: [one], hasOlder: true })
    assert.deepEqual(kinds(after), ['message', 'message'])
  })

  it('shows the same words sent twice as two', () => {
    const before = message(0)
    const items = build({
      messages: [before, answer(1, 'Hi')],
      sending: [sending('Hi', before.id), sending('Hi', before.id)],
      hasOlder: true,
    })
    assert.equal(kinds(items).filter((kind) => kind === 'sending').length, 1)
  })
})
