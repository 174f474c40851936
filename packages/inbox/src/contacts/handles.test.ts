import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Conversation } from '../api/types.ts'
import { handlesOf } from './handles.ts'
import { contactIdOf } from './queries.ts'

const conversation = (handle: string, contact: string | null = 'https://hub.example/contacts/crd_1a') =>
  ({ recipient: { _links: { related: { contact } }, name: 'Ivo', handle, role: 'from' } }) as Conversation

describe('the handles of a customer', () => {
  it('begin with that of the conversation', () => {
    const known = [
      { source: 'custom', handle: 'visitor-1' },
      { source: 'email', handle: 'ivo@example.com' },
    ]
    assert.deepEqual(handlesOf(conversation('ivo@example.com'), known), [known[1], known[0]])
  })

  it('are that of the conversation until the others are known', () => {
    assert.deepEqual(handlesOf(conversation('+49170'), undefined), [{ source: null, handle: '+49170' }])
  })

  it('are empty without a contact', () => {
    assert.deepEqual(handlesOf({ recipient: null }, undefined), [])
  })
})

describe('the contact of a conversation', () => {
  it('is known by its link', () => {
    assert.equal(contactIdOf(conversation('ivo')), 'crd_1a')
    assert.equal(contactIdOf(conversation('ivo', null)), undefined)
    assert.equal(contactIdOf({ recipient: null }), undefined)
  })
})
