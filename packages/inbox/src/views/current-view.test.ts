import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Conversation, Inbox } from '../api/types.ts'
import { conversationViews, homeOf } from '../conversations/views.ts'
import { inboxViews } from '../inboxes/view.ts'
import { currentView } from './current-view.ts'

const views = [inboxViews, ...conversationViews]
const inboxes = [{ id: 'inb_1', name: 'Support' }] as Inbox[]
const at = (path: string) => {
  const { view, conversationId } = currentView(path, views, inboxes)
  return [view?.key, view?.name, conversationId]
}

describe('a path of the app', () => {
  it('determines the view and the conversation', () => {
    assert.deepEqual(at('/app/inboxes/inb_1'), ['inb_1', 'Support', null])
    assert.deepEqual(at('/inboxes/inb_1/cnv_2'), ['inb_1', 'Support', 'cnv_2'])
    assert.deepEqual(at('/app/assigned/cnv_2'), ['assigned', 'Assigned to me', 'cnv_2'])
    assert.deepEqual(at('/app/spam/'), ['spam', 'Spam', null])
  })

  it('lists an inbox before its name is known', () => {
    assert.deepEqual(at('/app/inboxes/inb_9/cnv_2'), ['inb_9', '', 'cnv_2'])
  })

  it('shows no view elsewhere', () => {
    for (const path of ['/app', '/app/', '/app/settings/inboxes', '/app/inboxes', '/app/conversations/cnv_1'])
      assert.deepEqual(at(path), [undefined, undefined, null], path)
  })

  it('is each view’s own', () => {
    for (const key of ['key', 'path'] as const)
      assert.equal(new Set(conversationViews.map((view) => view[key])).size, conversationViews.length)
  })
})

describe('a conversation', () => {
  const open = { status: 'assigned', is_spam: false, inbox_id: 'inb_1', assignee: { id: 'tea_1' }, undelivered: null }
  const listedIn = (part: object, myId = 'tea_1') => {
    const conversation = { ...open, ...part } as Conversation
    return conversationViews.filter((view) => view.matches(conversation, myId)).map(({ key }) => key)
  }

  it('is in the views that the hub would list it in', () => {
    assert.deepEqual(listedIn({}), ['assigned'])
    assert.deepEqual(listedIn({}, 'tea_2'), [])
    assert.deepEqual(listedIn({ undelivered: 'failed' }), ['assigned', 'undelivered'])
    assert.deepEqual(listedIn({ status: 'archived', undelivered: 'failed' }), ['undelivered', 'archived'])
    assert.deepEqual(listedIn({ status: 'deleted', undelivered: 'failed' }), ['trash'])
    assert.deepEqual(listedIn({ status: 'deleted', is_spam: true }), ['spam'])
  })

  it('has a view in which everybody finds it', () => {
    const home = (part: object) => homeOf({ ...open, ...part } as Conversation, inboxes).key
    assert.deepEqual(
      [home({}), home({ status: 'archived' }), home({ status: 'deleted' }), home({ status: 'deleted', is_spam: true })],
      ['inb_1', 'archived', 'trash', 'spam'],
    )
    assert.equal(home({ inbox_id: 'inb_9' }), 'assigned')
  })
})
