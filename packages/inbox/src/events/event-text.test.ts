import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HubEvent } from '../api/types.ts'
import { eventText } from './event-text.ts'

const noor = { id: 'tea_1', first_name: 'Noor', last_name: 'Ali', email: 'noor@acme.example' }
const sam = { id: 'tea_2', first_name: 'Sam', last_name: '', email: 'sam@acme.example' }
const by = (teammate: unknown) => ({ _meta: { type: 'teammate' }, data: teammate })
const byMessage = { _meta: { type: 'inboxes' }, data: null }
const text = (type: string, part: object = {}) =>
  eventText({ type, source: by(noor), target: null, data: null, ...part } as unknown as HubEvent)

describe('the text of an event', () => {
  it('names the actor', () => {
    assert.equal(text('archive'), 'Noor Ali archived this')
    assert.equal(text('archive', { source: { _meta: { type: 'api' }, data: null } }), 'An integration archived this')
    assert.equal(text('archive', { source: { _meta: { type: 'system' }, data: null } }), 'Portico archived this')
  })

  it('distinguishes taking a conversation from assigning it', () => {
    assert.equal(text('assign', { target: { data: noor } }), 'Noor Ali took this')
    assert.equal(text('assign', { target: { data: sam } }), 'Noor Ali assigned this to Sam')
  })

  it('has the name that the teammate had then', () => {
    const event = { target: { data: sam }, data: { teammate_name: 'Samuel' } }
    assert.equal(text('assign', event), 'Noor Ali assigned this to Samuel')
  })

  it('distinguishes the effect of a message from the action of a teammate', () => {
    assert.equal(text('reopen', { source: byMessage }), 'Reopened by a new message')
    const missed = { source: byMessage, cause: { type: 'call', id: 'cal_1' } } as const
    assert.equal(text('reopen', missed), 'Reopened by a missed call')
    assert.equal(text('reopen', { source: byMessage, data: { failed: true } }), 'Reopened: a message was not delivered')
    assert.equal(text('reopen'), 'Noor Ali reopened this')
    assert.equal(text('restore', { source: byMessage }), 'Restored from the trash by a new message')
    assert.equal(text('restore'), 'Noor Ali restored this')
  })

  it('is null for unimportant events, and for an unknown assignee', () => {
    assert.equal(text('inbound'), null)
    assert.equal(text('assign'), null)
  })
})
