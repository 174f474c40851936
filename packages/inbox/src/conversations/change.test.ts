import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Conversation, Teammate } from '../api/types.ts'
import type { WrittenStatus } from '../outbox/change.ts'
import { changed, requestFor, statusOf } from './change.ts'

const ada = { id: 'tea_1' } as Teammate
const open = { id: 'cnv_1', status: 'unassigned', is_spam: false, assignee: null, unread: false } as Conversation
const statuses: WrittenStatus[] = ['open', 'archived', 'deleted', 'spam']

describe('a change to a conversation', () => {
  it('is shown as the hub will return it, from each status to each other', () => {
    for (const from of statuses) {
      for (const to of statuses) {
        const there = changed(changed(open, { does: 'put', status: from }), { does: 'put', status: to })
        assert.equal(statusOf(there), to, `${from} to ${to}`)
        assert.equal(there.is_spam, to === 'spam', `${from} to ${to}`)
      }
    }
  })

  it('is undone by the previous status, for every assignee', () => {
    for (const before of [open, changed(open, { does: 'assign', assignee: ada })]) {
      const archived = changed(before, { does: 'put', status: 'archived' })
      assert.deepEqual(changed(archived, { does: 'put', status: statusOf(before) }), before)
    }
  })

  it('assigns an open conversation, and leaves an archived one archived', () => {
    const given = changed(open, { does: 'assign', assignee: ada })
    assert.deepEqual([given.status, given.assignee], ['assigned', ada])
    assert.equal(changed(given, { does: 'assign', assignee: null }).status, 'unassigned')
    const archived = changed(open, { does: 'put', status: 'archived' })
    assert.equal(changed(archived, { does: 'assign', assignee: ada }).status, 'archived')
  })

  it('keeps the assignee in the trash and after restoring', () => {
    const given = changed(open, { does: 'assign', assignee: ada })
    const back = changed(changed(given, { does: 'put', status: 'deleted' }), { does: 'put', status: 'open' })
    assert.deepEqual([back.status, back.assignee], ['assigned', ada])
  })

  it('sets the field of a feature, and nothing else', () => {
    assert.deepEqual(changed(open, { does: 'set', field: 'priority', value: 'high' }), { ...open, priority: 'high' })
  })

  it('leaves the one it began from as it was', () => {
    changed(open, { does: 'unread' })
    assert.equal(open.unread, false)
    assert.equal(changed(open, { does: 'unread' }).unread, true)
    assert.equal(changed({ ...open, unread: true }, { does: 'read', upTo: null }).unread, false)
  })
})

describe('the request for a change', () => {
  it('names the target state, so that a repeat changes nothing', () => {
    assert.deepEqual(requestFor('cnv_1', { does: 'put', status: 'spam' }), {
      method: 'PATCH',
      path: '/conversations/cnv_1',
      body: { status: 'spam' },
    })
    assert.deepEqual(requestFor('cnv_1', { does: 'assign', assignee: null }), {
      method: 'PUT',
      path: '/conversations/cnv_1/assignee',
      body: { assignee_id: null },
    })
  })

  it('writes what a feature added at the address of the field', () => {
    assert.deepEqual(requestFor('cnv_1', { does: 'set', field: 'priority', value: 'high' }), {
      method: 'PUT',
      path: '/conversations/cnv_1/priority',
      body: { priority: 'high' },
    })
  })

  it('names the last read message, or none for the newest', () => {
    assert.deepEqual(requestFor('cnv_1', { does: 'read', upTo: 'msg_1' }).body, { message_id: 'msg_1' })
    assert.deepEqual(requestFor('cnv_1', { does: 'read', upTo: null }).body, { message_id: null })
    assert.deepEqual(requestFor('cnv_1', { does: 'unread' }).body, { message_id: 'unread' })
  })
})
