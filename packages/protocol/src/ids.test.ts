import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import vectors from '../vectors/ids.json' with { type: 'json' }
import {
  decodeId,
  encodeId,
  messageUid,
  type Prefix,
  parseAlias,
  parseMessageUid,
  parsePublicId,
  publicId,
} from './ids.ts'

const company = fc.integer({ min: 1, max: 2 ** 20 - 1 })
const number = fc.integer({ min: 1, max: 2 ** 33 - 1 })

test("ids are encoded and decoded like Front's", () => {
  for (const { prefix, integer, id } of vectors) {
    assert.equal(encodeId(prefix as Prefix, integer), id)
    assert.equal(decodeId(prefix as Prefix, id), integer)
  }
})

test('only the canonical text of an integer is decoded', () => {
  const largest = (2 ** 53 - 1).toString(36)
  assert.equal(decodeId('msg', `msg_${largest}`), 2 ** 53 - 1)
  for (const text of [
    '',
    'msg',
    'msg_',
    'msg_0',
    'msg_01',
    'msg_A',
    'msg_a ',
    ' msg_a',
    'msg_a\n',
    'msg_-1',
    'msg_1.0',
    'msg_é',
    'msg__a',
    'cha_a',
    'MSG_a',
  ])
    assert.equal(decodeId('msg', text), null, JSON.stringify(text))
  assert.equal(decodeId('msg', `msg_${2n ** 53n}`), null)
  assert.equal(decodeId('msg', 'msg_zzzzzzzzzzz'), null)
  assert.equal(decodeId('msg', `msg_${'1'.repeat(1_000_000)}`), null)
})

test('a public id leads back to its company and number, for every company and number', () => {
  fc.assert(
    fc.property(company, number, (companyId, n) => {
      assert.deepEqual(parsePublicId('cnv', publicId('cnv', companyId, n)), { companyId, number: n })
    }),
  )
  assert.deepEqual(parsePublicId('cnv', publicId('cnv', 2 ** 20 - 1, 2 ** 33 - 1)), {
    companyId: 2 ** 20 - 1,
    number: 2 ** 33 - 1,
  })
})

test('an id without a company or without a number is refused', () => {
  assert.equal(parsePublicId('cnv', encodeId('cnv', 2 ** 20)), null)
  assert.equal(parsePublicId('cnv', encodeId('cnv', 2 ** 20 - 1)), null)
})

test('no id is made from a number that is out of range', () => {
  for (const [companyId, n] of [
    [0, 1],
    [2 ** 20, 1],
    [1, 0],
    [1, 2 ** 33],
    [1.5, 1],
    [1, Number.NaN],
  ] as const)
    assert.throws(() => publicId('cnv', companyId, n), RangeError)
})

test('an alias is split at its second colon only', () => {
  assert.deepEqual(parseAlias('alt:email:a@b.c'), { kind: 'alias', source: 'email', value: 'a@b.c' })
  assert.deepEqual(parseAlias('alt:custom:visitor:8841:x'), {
    kind: 'alias',
    source: 'custom',
    value: 'visitor:8841:x',
  })
  assert.deepEqual(parseAlias('alt:address:'), { kind: 'alias', source: 'address', value: '' })
  for (const text of ['msg_1', 'alt:', 'alt:uid', 'ALT:uid:x', ''])
    assert.deepEqual(parseAlias(text), { kind: 'id', text })
})

test('a message uid leads back to its message without an index', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (integer) => {
      const uid = messageUid(integer)
      assert.match(uid, /^[0-9a-f]{32}$/)
      assert.equal(parseMessageUid(uid), integer)
    }),
  )
})

test('a message uid with any one digit changed is refused', () => {
  const uid = messageUid(987_654_321_012)
  for (let at = 0; at < 32; at++)
    for (const digit of '0123456789abcdef')
      if (digit !== uid[at]) assert.equal(parseMessageUid(uid.slice(0, at) + digit + uid.slice(at + 1)), null)
  for (const text of ['', uid.toUpperCase(), `${uid}0`, '0'.repeat(32), 'f'.repeat(32)])
    assert.equal(parseMessageUid(text), null)
})
