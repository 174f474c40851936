import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Me } from '../api/types.ts'
import { knownValues, prefill } from './prefill.ts'

const me = { first_name: 'Noor', last_name: 'Haddad', email: 'noor@acme.example' } as Me
const known = knownValues({ name: 'Ivo van Dam', handle: '+31612345678' }, me)
const valueFor = (name: string, uid = 'x') => prefill({ uid, name }, known)

test('a variable that is called after what Portico knows has its value, in any spelling', () => {
  for (const name of ['name', 'Customer name', 'contact_full_name', 'RecipientName']) {
    assert.equal(valueFor(name), 'Ivo van Dam', name)
  }
  for (const name of ['first_name', 'firstName', 'Customer first name']) assert.equal(valueFor(name), 'Ivo', name)
  for (const name of ['phone', 'handle', 'contact.number']) assert.equal(valueFor(name), '+31612345678', name)
  for (const name of ['agent', 'Agent name', 'user.name', 'sender']) assert.equal(valueFor(name), 'Noor Haddad', name)
  assert.equal(valueFor('agent_first_name'), 'Noor')
  assert.equal(valueFor('user.email'), 'noor@acme.example')
  assert.equal(valueFor('BODY_1', 'first_name'), 'Ivo')
})

test('any other is empty', () => {
  for (const name of ['BODY_1', 'order number', 'username', 'last_name', '']) assert.equal(valueFor(name), '', name)
})

test('of a contact without a name only the handle is known', () => {
  const nameless = knownValues({ name: null, handle: 'ivo' }, me)
  assert.equal(prefill({ uid: '1', name: 'first_name' }, nameless), '')
  assert.equal(prefill({ uid: '1', name: 'handle' }, nameless), 'ivo')
})
