import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HubEvent } from '../api/types.ts'
import { eventWords } from './event-words.ts'

const noor = { id: 'tea_1', first_name: 'Noor', last_name: 'Ali', email: 'noor@acme.example' }
const sam = { id: 'tea_2', first_name: 'Sam', last_name: '', email: 'sam@acme.example' }
const by = (teammate: unknown) => ({ _meta: { type: 'teammate' }, data: teammate })
const byMessage = { _meta: { type: 'inboxes' }, data: null }
const words = (type: string, part: object = {}) =>
  eventWords({ type, source: by(noor), target: null, data: null, ...part } as unknown as HubEvent)

describe('a line about what was done', () => {
  it('names who did it', () => {
    assert.equal(words('archive'), 'Noor Ali archived this')
    assert.equal(words('archive', { source: { _meta: { type: 'api' }, data: null } }), 'An integration archived this')
    assert.equal(words('archive', { source: { _meta: { type: 'system' }, data: null } }), 'Portico archived this')
  })

  it('tells taking a conversation from being given one', () => {
    assert.equal(words('assign', { target: { data: noor } }), 'Noor Ali took this')
    assert.equal(words('assign', { target: { data: sam } }), 'Noor Ali assigned this to Sam')
  })

  it('names a teammate as they were called then', () => {
    const event = { target: { data: sam }, data: { teammate_name: 'Samuel' } }
    assert.equal(words('assign', event), 'Noor Ali assigned this to Samuel')
  })

  it('tells what a message did from what a teammate did', () => {
    assert.equal(words('reopen', { source: byMessage }), 'Reopened by a new message')
    assert.equal(words('reopen'), 'Noor Ali reopened this')
    assert.equal(words('restore', { source: byMessage }), 'Taken back from the trash by a new message')
    assert.equal(words('restore'), 'Noor Ali took this back')
  })

  it('is none where a reader needs none, or where nobody knows to whom', () => {
    assert.equal(words('inbound'), null)
    assert.equal(words('assign'), null)
  })
})
