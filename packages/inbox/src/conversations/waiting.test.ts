import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import type { Conversation, Teammate } from '../api/types.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { items } from '../outbox/items.ts'
import { type WaitingChange, withWaiting } from './waiting.ts'

const conversation = {
  id: 'cnv_1',
  status: 'unassigned',
  assignee: null,
  unread: false,
  is_spam: false,
} as Conversation
const wait = (conversationId: string, change: ConversationChange) =>
  items.add<WaitingChange>({ kind: 'change', conversationId, change, seenId: null })
afterEach(() => {
  for (const item of items.all()) items.remove(item)
})

it('a conversation that is read again while changes wait on this device is shown with them, in their order', () => {
  assert.deepEqual(withWaiting(conversation), conversation)
  wait('cnv_1', { does: 'assign', assignee: { id: 'tea_1' } as Teammate })
  wait('cnv_1', { does: 'unread' })
  wait('cnv_1', { does: 'put', status: 'archived' })
  wait('cnv_2', { does: 'put', status: 'spam' })
  const { status, assignee, unread, is_spam } = withWaiting(conversation)
  assert.deepEqual([status, assignee?.id, unread, is_spam], ['archived', 'tea_1', true, false])
  wait('cnv_1', { does: 'put', status: 'open' })
  assert.equal(withWaiting(conversation).status, 'assigned')
})
