import assert from 'node:assert/strict'
import { it } from 'node:test'
import { mergeServerValues } from './merge-server-values.ts'

it('a change made elsewhere appears in the fields that were not edited', () => {
  const before = { name: 'Old', undo: '5' }
  assert.deepEqual(mergeServerValues(before, { name: 'New', undo: '5' }, { name: 'Old', undo: '10' }), {
    name: 'New',
    undo: '10',
  })
  assert.deepEqual(mergeServerValues(before, { name: 'New', undo: '5' }, { name: 'Mine', undo: '5' }), {
    name: 'Mine',
    undo: '5',
  })
})

it('a list keeps the entries that either side added, without those that either side removed', () => {
  const of = (ids: string) => ({ ids: ids.split('') })
  const table = [
    ['ab', 'ab', 'b', 'b'],
    ['ab', 'abc', 'ab', 'abc'],
    ['ab', 'abc', 'b', 'bc'],
    ['ab', 'a', 'abd', 'ad'],
    ['ab', 'abd', 'abd', 'abd'],
  ] as const
  for (const [before, current, input, expected] of table) {
    assert.deepEqual(
      mergeServerValues(of(before), of(current), of(input)),
      of(expected),
      `${before} ${current} ${input}`,
    )
  }
})
