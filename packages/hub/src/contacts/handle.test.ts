import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normaliseHandle } from './handle.ts'

test('a phone number is one handle, however it is written', () => {
  for (const written of ['+33612345678', '+33 6 12 34 56 78', '+33 (6) 12-34.56/78', ' +33612345678 ']) {
    assert.equal(normaliseHandle('phone', written), '+33612345678')
  }
})

test('a phone number without a country code is North American', () => {
  assert.equal(normaliseHandle('phone', '(415) 555-0100'), '+14155550100')
  assert.equal(normaliseHandle('phone', '14155550100'), '+14155550100')
  assert.equal(normaliseHandle('phone', '24155550100'), '+124155550100')
})

test('short codes and sender names are kept, never refused', () => {
  for (const kept of ['72345', '+12', 'ACME', 'Bank of 1000000000', '555-0100']) {
    assert.equal(normaliseHandle('phone', kept), kept)
  }
})

test('an e-mail address is one handle in any case; other handles are taken to the letter', () => {
  assert.equal(normaliseHandle('email', ' Ivo@Customer.Example '), 'ivo@customer.example')
  assert.equal(normaliseHandle('custom', ' Visitor-8841 '), ' Visitor-8841 ')
})
