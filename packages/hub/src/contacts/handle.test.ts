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
})

test('an international number is one handle: with a trunk zero, behind an exit code, without its plus', () => {
  const written: Record<string, string[]> = {
    '+442079460018': [
      ...['+44 (0)20 7946 0018', '0044 20 7946 0018', '442079460018', '+4402079460018', '+0044 20 7946 0018'],
      ...['011 44 20 7946 0018', '＋44 20 7946 0018', '\u202a+44 20 7946 0018\u202c', '٠٠٤٤٢٠٧٩٤٦٠٠١٨'],
      ...['(+44) 20 7946 0018', '(0044) 20 7946 0018', 'tel:+44-20-7946-0018'],
    ],
    '+4930123456': ['+49 (0)30 123456', '0049 30 123456', '+49-030-123456'],
    '+33612345678': ['33612345678', '0033 6 12 34 56 78', '+33 (0) 6 12 34 56 78'],
    // the zero of an Italian number is its own
    '+390612345678': ['+39 06 12345678', '0039 06 12345678', '390612345678'],
    '+5491123456789': ['+54 11 15 2345 6789', '+54 9 11 2345 6789'],
  }
  for (const [e164, forms] of Object.entries(written))
    for (const form of forms) assert.equal(normaliseHandle('phone', form), e164, form)
})

test('short codes and sender names are kept, never refused', () => {
  for (const kept of [
    '72345',
    '+12',
    'ACME',
    'Bank of 1000000000',
    '555-0100',
    '0612345678',
    '020 7946 0018 ext. 5',
    '-',
    '',
  ]) {
    assert.equal(normaliseHandle('phone', kept), kept)
  }
})

test('an e-mail address is one handle in any case, and other handles are case-sensitive', () => {
  assert.equal(normaliseHandle('email', ' Ivo@Customer.Example '), 'ivo@customer.example')
  assert.equal(normaliseHandle('custom', ' Visitor-8841 '), ' Visitor-8841 ')
})
