import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { QueryClient } from '@tanstack/react-query'
import type { Conversation, GoneConversation, HubEvent, Message } from '../../api/types.ts'
import type { ConversationPages } from '../../conversations/list-cache.ts'
import * as conversations from '../../conversations/on-event.ts'
import { conversationListQuery, conversationQuery, forgetOtherInboxes } from '../../conversations/queries.ts'
import * as deliveries from '../../deliveries/on-event.ts'
import * as events from '../../events/on-event.ts'
import { inboxView } from '../../inboxes/view.ts'
import * as messages from '../../messages/on-event.ts'
import { messagesOf } from '../../messages/pages.ts'
import { showNewMessage } from '../../messages/queries.ts'
import { RecentEvents, recentEvents } from '../../stream/recent-events.ts'
import { idOf, type TimelinePages } from '../../timeline/pages.ts'
import { timelineQuery } from '../../timeline/queries.ts'
import { hasUndo, toast } from '../../ui/toasts/toasts.ts'
import { applyEvent as applyToAll } from './apply-event.ts'

const features = [messages, deliveries, events, conversations]
const applyEvent = (queryClient: QueryClient, event: HubEvent, myId: string) =>
  applyToAll(features, queryClient, event, myId)

const view = inboxView({ id: 'inb_1', name: 'Support' })
const conversation = {
  id: 'cnv_1',
  status: 'unassigned',
  assignee: null,
  inbox_id: 'inb_1',
  unread: false,
  created_at: 1,
  last_message: { id: 'msg_1', blurb: 'Hi', is_inbound: true, created_at: 10, delivery: null },
} as Conversation
const message = (id: string, at: number, part: Partial<Message> = {}) =>
  ({ id, created_at: at, is_inbound: true, attachments: [] as Message['attachments'], ...part }) as Message

const gone = { id: 'cnv_1', inbox_id: null } as GoneConversation

let client: QueryClient
beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } })
  client.getQueryCache().build(client, client.defaultQueryOptions(conversationListQuery(view, 'tea_1') as never))
  client.setQueryData<ConversationPages>(['conversations', 'inb_1'], {
    pages: [{ conversations: [conversation], next: null, end: { id: 'cnv_1', at: 10 } }],
    pageParams: [null],
  })
  client.setQueryData(conversationQuery('cnv_1').queryKey, conversation)
  client.setQueryData<TimelinePages>(timelineQuery('cnv_1').queryKey, timelineOf(message('msg_1', 10)))
})

function timelineOf(message: Message): TimelinePages {
  return {
    pages: [{ entries: [{ kind: 'message', at: message.created_at, message: message }], next: null }],
    pageParams: [null],
  }
}

/** The stream's conversation is the same for all: it does not say who has read it. */
function event(type: HubEvent['type'], part: Partial<HubEvent> = {}): HubEvent {
  const { unread: _mine, ...shared } = conversation
  return {
    _links: { self: '' },
    id: `evt_${type}`,
    type,
    emitted_at: 11,
    source: { _meta: { type: 'teammate' }, data: null },
    target: null,
    conversation: shared as Conversation,
    cause: null,
    data: null,
    ...part,
  }
}

const shown = () => client.getQueryData(conversationQuery('cnv_1').queryKey)
const rows = () => client.getQueryData<ConversationPages>(['conversations', 'inb_1'])?.pages[0]?.conversations ?? []
const pages = () => client.getQueryData<TimelinePages>(timelineQuery('cnv_1').queryKey)?.pages ?? []
const thread = () => pages().flatMap(messagesOf)

describe('an event of the stream', () => {
  it('brings an inbound message into list and thread, and makes the conversation unread', () => {
    const target = { _meta: { type: 'message' }, data: message('msg_2', 11) }
    applyEvent(client, event('inbound', { target }), 'tea_1')
    assert.deepEqual(
      thread().map(({ id }) => id),
      ['msg_2', 'msg_1'],
    )
    assert.equal(shown()?.unread, true)
    assert.equal(rows()[0]?.unread, true)
  })

  it('changes nothing when it arrives twice', () => {
    const target = { _meta: { type: 'message' }, data: message('msg_2', 11) }
    applyEvent(client, event('inbound', { target }), 'tea_1')
    const before = [thread(), rows()]
    applyEvent(client, event('inbound', { target }), 'tea_1')
    assert.deepEqual([thread(), rows()], before)
  })

  it("keeps what is unread for this teammate through a colleague's archive and reopen", () => {
    applyEvent(client, event('inbound'), 'tea_1')
    applyEvent(client, event('assign'), 'tea_1')
    assert.equal(shown()?.unread, true)
  })

  it('follows my own reading in another tab', () => {
    applyEvent(client, event('inbound'), 'tea_1')
    applyEvent(client, event('read', { data: { unread: false } }), 'tea_1')
    assert.equal(shown()?.unread, false)
  })

  it('shows the new state of a delivery on its message', () => {
    const delivery = { state: 'failed' } as Message['delivery']
    const target = { _meta: { type: 'message' }, data: message('msg_1', 10, { delivery }) }
    applyEvent(client, event('sending_error', { target }), 'tea_1')
    assert.equal(thread()[0]?.delivery?.state, 'failed')
  })

  it('changes the counts when a conversation comes to those with what did not arrive, or leaves them', () => {
    const failed = { ...conversation, undelivered: 'failed' } as Conversation
    const fine = { ...conversation, undelivered: null } as Conversation
    for (const [before, type, after, isCounted] of [
      [fine, 'sending_error', failed, true],
      [failed, 'delivery', fine, true],
      [failed, 'delivery', failed, false],
      [fine, 'delivery', fine, false],
    ] as const) {
      client.setQueryData(conversationQuery('cnv_1').queryKey, before)
      const received = event(type, { conversation: after })
      assert.equal(
        deliveries.changesCounts(client, received),
        isCounted,
        `${before.undelivered} to ${after.undelivered}`,
      )
    }
  })

  it('takes away the notice that offers to undo a message, once it can be undone no more', () => {
    const target = (undo_until: number | null) => {
      const delivery = { state: 'queued', undo_until } as Message['delivery']
      return { _meta: { type: 'message' }, data: message('msg_1', 10, { delivery }) }
    }
    toast('Sending…', { about: 'msg_1', undo: () => {} })
    applyEvent(client, event('delivery', { target: target(Date.now() / 1000 + 60) }), 'tea_1')
    assert.ok(hasUndo())
    applyEvent(client, event('delivery', { target: target(null) }), 'tea_1')
    assert.ok(!hasUndo())
  })

  it('removes a trashed conversation from the list, and a permanently deleted one from the thread', () => {
    const trashed = { ...conversation, status: 'deleted', is_spam: false } as Conversation
    applyEvent(client, event('trash', { conversation: trashed }), 'tea_1')
    assert.deepEqual([rows(), shown()?.status], [[], 'deleted'])
    applyEvent(client, event('restore'), 'tea_1')
    assert.equal(rows().length, 1)
    applyEvent(client, event('conversation_deleted', { conversation: gone }), 'tea_1')
    assert.deepEqual([rows(), shown()], [[], undefined])
  })

  it('removes the copy of one of our messages when it was merged', () => {
    const copy = { _meta: { type: 'message' }, data: message('msg_copy', 20) }
    applyEvent(client, event('out_reply', { target: copy }), 'tea_1')
    const mergeEvent = event('message_united', { target: { ...copy, data: null }, data: { message_id: 'msg_copy' } })
    for (let again = 0; again < 2; again++) {
      applyEvent(client, mergeEvent, 'tea_1')
      assert.deepEqual(
        thread().map(({ id }) => id),
        ['msg_1'],
      )
    }
  })

  it('adds a line to the story, once', () => {
    applyEvent(client, event('archive'), 'tea_1')
    applyEvent(client, event('archive'), 'tea_1')
    assert.deepEqual(
      pages().flatMap(({ entries }) =>
        entries.map((entry) => (entry.kind === 'event' ? entry.event.type : idOf(entry))),
      ),
      ['archive', 'msg_1'],
    )
  })

  it('leaves a thread that was never opened unloaded', () => {
    const other = { ...conversation, id: 'cnv_2' }
    const target = { _meta: { type: 'message' }, data: message('msg_9', 12) }
    applyEvent(client, event('inbound', { conversation: other, target }), 'tea_1')
    assert.equal(client.getQueryData(timelineQuery('cnv_2').queryKey), undefined)
  })
})

describe('a conversation that went where I may not look', () => {
  it('leaves every list, the thread and the story', () => {
    applyEvent(client, event('move', { conversation: gone }), 'tea_1')
    assert.deepEqual(rows(), [])
    assert.equal(shown(), undefined)
    assert.equal(client.getQueryData(timelineQuery('cnv_1').queryKey), undefined)
  })

  it('leaves with its inbox', () => {
    forgetOtherInboxes(client, new Set(['inb_1']))
    assert.equal(rows().length, 1)
    forgetOtherInboxes(client, new Set(['inb_2']))
    assert.deepEqual([rows(), shown()], [[], undefined])
  })
})

describe('an excerpt of a long message', () => {
  const long = { body: '<p>long</p>', text: 'long words', render: null }
  const excerpt = { ...message('msg_1', 10, { text: 'lo…', body: 'lo…' }), is_excerpt: true }

  it('keeps the known text, and updates the delivery', () => {
    client.setQueryData<TimelinePages>(timelineQuery('cnv_1').queryKey, timelineOf(message('msg_1', 10, long)))
    const delivery = { state: 'sent' } as Message['delivery']
    const target = { _meta: { type: 'message' }, data: { ...excerpt, delivery } }
    applyEvent(client, event('delivery', { target }), 'tea_1')
    assert.equal(thread()[0]?.text, 'long words')
    assert.equal(thread()[0]?.delivery?.state, 'sent')
  })

  it('does not prevent showing my own message when its response arrives', () => {
    const mine = message('msg_3', 12, long)
    const received = event('out_reply', { target: { _meta: { type: 'message' }, data: { ...mine, is_excerpt: true } } })
    recentEvents.add({ number: 12, event: received })
    applyEvent(client, received, 'tea_1')
    showNewMessage(client, 'cnv_1', mine)
    assert.equal(thread().find(({ id }) => id === 'msg_3')?.text, 'long words')
  })

  it('is never shown instead of an unknown message', () => {
    const target = { _meta: { type: 'message' }, data: { ...excerpt, id: 'msg_2' } }
    applyEvent(client, event('inbound', { target }), 'tea_1')
    assert.deepEqual(
      thread().map(({ id }) => id),
      ['msg_1'],
    )
  })
})

describe('the recent events', () => {
  it('show that a message was updated, so that a slower response does not undo a later state', () => {
    const recent = new RecentEvents()
    assert.equal(recent.lastAbout('msg_1'), 0)
    recent.add({
      number: 7,
      event: event('sending_error', { target: { _meta: { type: 'message' }, data: message('msg_1', 1) } }),
    })
    assert.equal(recent.lastAbout('msg_1'), 7)
    assert.equal(recent.lastAbout('msg_2'), 0)
  })

  it('are those after a number, in order, and no more than are kept', () => {
    const recent = new RecentEvents(2)
    for (const number of [1, 2, 3]) recent.add({ number, event: { id: `evt_${number}` } as HubEvent })
    assert.deepEqual(
      recent.after(2).map(({ id }) => id),
      ['evt_3'],
    )
    assert.deepEqual(
      recent.after(0).map(({ id }) => id),
      ['evt_2', 'evt_3'],
    )
  })
})
