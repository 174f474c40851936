import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recipientName } from './recipient-name.ts'

const named = (name: string | null, handle: string) => recipientName({ recipient: { name, handle } } as never)

test('a row shows the name, or the handle when the name is invisible', () => {
  assert.equal(named('Ann', '+33612345678'), 'Ann')
  for (const name of [null, '', ' ', '\u200b\u2060', '\u3164'])
    assert.equal(named(name, '+33612345678'), '+33612345678')
  assert.notEqual(named('\u200b', '\u200b').trim(), '\u200b')
  assert.notEqual(recipientName({ recipient: null } as never), '')
})
