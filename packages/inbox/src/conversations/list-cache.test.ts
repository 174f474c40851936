import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Conversation, Teammate } from '../api/types.ts'
import { inboxView } from '../inboxes/view.ts'
import { type ConversationPages, placeConversation } from './list-cache.ts'
import { conversationViews } from './views.ts'

const inbox = inboxView({ id: 'inb_1', name: 'Support' })
const viewOf = (name: string) => conversationViews.find(({ key }) => key === name) ?? inbox
const me = { id: 'tea_1' } as Teammate

function conversation(id: string, at: number, part: Partial<Conversation> = {}): Conversation {
  return {
    id,
    subject: '',
    status: 'unassigned',
    is_spam: false,
    undelivered: null,
    newest_inbound_id: null,
    assignee: null,
    recipient: null,
    created_at: at,
    updated_at: at,
    unread: false,
    inbox_id: 'inb_1',
    channel_id: 'cha_1',
    last_message: { id: 'msg_1', blurb: '', is_inbound: true, created_at: at, delivery: null },
    ...part,
  } as Conversation
}

const pagesOf = (pages: Conversation[][], next: string | null = null): ConversationPages => ({
  pages: pages.map((conversations, index) => {
    const last = conversations.at(-1)
    return {
      conversations,
      next: index === pages.length - 1 ? next : 'more',
      end: last ? { id: last.id, at: last.created_at } : null,
    }
  }),
  pageParams: pages.map(() => null),
})
const ids = ({ pages }: ConversationPages) => pages.map((page) => page.conversations.map(({ id }) => id))

const loaded = pagesOf([[conversation('cnv_9', 90), conversation('cnv_7', 70)], [conversation('cnv_5', 50)]])

describe('a loaded list under live changes', () => {
  it('moves a conversation with a new message to the top', () => {
    assert.deepEqual(ids(placeConversation(loaded, inbox, conversation('cnv_5', 99), 'tea_1')), [
      ['cnv_5', 'cnv_9', 'cnv_7'],
      [],
    ])
  })

  it('inserts an unknown conversation at its position', () => {
    assert.deepEqual(ids(placeConversation(loaded, inbox, conversation('cnv_8', 80), 'tea_1')), [
      ['cnv_9', 'cnv_8', 'cnv_7'],
      ['cnv_5'],
    ])
  })

  it('applies the same change twice as once', () => {
    const once = placeConversation(loaded, inbox, conversation('cnv_8', 80), 'tea_1')
    assert.deepEqual(placeConversation(once, inbox, conversation('cnv_8', 80), 'tea_1'), once)
  })

  it('drops an archived conversation from the inbox and shows it under Archived', () => {
    const archived = conversation('cnv_7', 70, { status: 'archived' })
    assert.deepEqual(ids(placeConversation(loaded, inbox, archived, 'tea_1')), [['cnv_9'], ['cnv_5']])
    assert.deepEqual(ids(placeConversation(pagesOf([[]]), viewOf('archived'), archived, 'tea_1')), [['cnv_7']])
  })

  it('distinguishes trash from spam, which have the same status', () => {
    const trashed = conversation('cnv_8', 80, { status: 'deleted' })
    const spam = conversation('cnv_9', 90, { status: 'deleted', is_spam: true })
    for (const [view, one, shown] of [
      ['trash', trashed, ['cnv_8']],
      ['trash', spam, []],
      ['spam', spam, ['cnv_9']],
      ['spam', trashed, []],
      ['archived', trashed, []],
    ] as const) {
      assert.deepEqual(ids(placeConversation(pagesOf([[]]), viewOf(view), one, 'tea_1')), [shown], `${view} ${one.id}`)
    }
    assert.deepEqual(ids(placeConversation(pagesOf([[trashed]]), inbox, trashed, 'tea_1')), [[]])
  })

  it('shows under Not delivered what did not arrive, also when it was archived, and not from the trash', () => {
    for (const [status, shown] of [
      ['unassigned', ['cnv_7']],
      ['archived', ['cnv_7']],
      ['deleted', []],
    ] as const) {
      const one = conversation('cnv_7', 70, { status, undelivered: 'failed' })
      assert.deepEqual(ids(placeConversation(pagesOf([[]]), viewOf('undelivered'), one, 'tea_1')), [shown], status)
      const settled = { ...one, undelivered: null }
      assert.deepEqual(ids(placeConversation(pagesOf([[one]]), viewOf('undelivered'), settled, 'tea_1')), [[]])
    }
  })

  it('moves a conversation back to its earlier position when its reply was undone', () => {
    const answered = placeConversation(loaded, inbox, conversation('cnv_5', 99), 'tea_1')
    const taken = placeConversation(answered, inbox, conversation('cnv_5', 50, { updated_at: 100 }), 'tea_1')
    assert.deepEqual(ids(taken).flat(), ['cnv_9', 'cnv_7', 'cnv_5'])
  })

  it('follows the assignment in Assigned to me', () => {
    const mine = conversation('cnv_7', 70, { status: 'assigned', assignee: me })
    const list = placeConversation(pagesOf([[]]), viewOf('assigned'), mine, 'tea_1')
    assert.deepEqual(ids(list), [['cnv_7']])
    assert.deepEqual(ids(placeConversation(list, viewOf('assigned'), conversation('cnv_7', 70), 'tea_1')), [[]])
  })

  it('leaves a conversation that is older than all loaded pages to its page', () => {
    const open = pagesOf([[conversation('cnv_9', 90)]], 'token')
    assert.deepEqual(ids(placeConversation(open, inbox, conversation('cnv_2', 20), 'tea_1')), [['cnv_9']])
  })

  it('keeps the last loaded row where it is when it changes and older pages are still to come', () => {
    const more = pagesOf([[conversation('cnv_9', 90), conversation('cnv_7', 70)]], 'token')
    const mine = conversation('cnv_7', 70, { status: 'assigned', assignee: me })
    const list = placeConversation(more, inbox, mine, 'tea_1')
    assert.deepEqual(ids(list), [['cnv_9', 'cnv_7']])
    assert.equal(list.pages[0]?.conversations[1], mine)
  })

  it('shows the last loaded row again when it returns, without another page', () => {
    const more = pagesOf([[conversation('cnv_7', 70)]], 'token')
    const without = placeConversation(more, inbox, conversation('cnv_7', 70, { status: 'archived' }), 'tea_1')
    assert.deepEqual(ids(without), [[]])
    assert.deepEqual(ids(placeConversation(without, inbox, conversation('cnv_7', 70), 'tea_1')), [['cnv_7']])
  })

  it('never shows a conversation of another inbox', () => {
    const elsewhere = conversation('cnv_9', 99, { inbox_id: 'inb_2' })
    assert.deepEqual(ids(placeConversation(loaded, inbox, elsewhere, 'tea_1')), [['cnv_7'], ['cnv_5']])
  })

  it('orders equal times by number, as the hub does', () => {
    const list = placeConversation(pagesOf([[conversation('cnv_a', 50)]]), inbox, conversation('cnv_b', 50), 'tea_1')
    assert.deepEqual(ids(list), [['cnv_b', 'cnv_a']])
  })
})
