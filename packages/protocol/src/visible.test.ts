import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visibleName } from './visible.ts'

test('a name of invisible characters counts as no name', () => {
  const invisible = [
    '',
    '  ',
    '\u200b',
    '\u200d\u2060',
    '\u3164',
    '\u115f\u1160',
    '\uffa0',
    '\u2800 ',
    '\u00ad',
    '\u034f',
    '\ufeff',
    '\u202e',
    '\ufe0f',
    '\u{e0041}',
    '\u0301',
  ]
  for (const name of invisible) assert.equal(visibleName(name), undefined, JSON.stringify(name))
  assert.equal(visibleName(null), undefined)
  assert.equal(visibleName(undefined), undefined)
})

test('a name with a visible character stays as it was written', () => {
  for (const name of ['Ann', '李', 'محمد', '😀', '.', '7', 'ﷺ', 'A\u200dB', '\u200fعلي', '👩‍👩‍👧', '한글']) {
    assert.equal(visibleName(` ${name} `), name)
  }
})
