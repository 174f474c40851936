import assert from 'node:assert/strict'
import { it } from 'node:test'
import { merged } from './merged.ts'

it('a change from elsewhere comes into a form where nothing was typed', () => {
  const before = { name: 'Old', undo: '5' }
  assert.deepEqual(merged(before, { name: 'New', undo: '5' }, { name: 'Old', undo: '10' }), { name: 'New', undo: '10' })
  assert.deepEqual(merged(before, { name: 'New', undo: '5' }, { name: 'Mine', undo: '5' }), { name: 'Mine', undo: '5' })
})

it('of a choice of many, what was added and taken away on both sides counts', () => {
  const of = (ids: string) => ({ ids: ids.split('') })
  const table = [
    ['ab', 'ab', 'b', 'b'],
    ['ab', 'abc', 'ab', 'abc'],
    ['ab', 'abc', 'b', 'bc'],
    ['ab', 'a', 'abd', 'ad'],
    ['ab', 'abd', 'abd', 'abd'],
  ] as const
  for (const [before, now, typed, wanted] of table) {
    assert.deepEqual(merged(of(before), of(now), of(typed)), of(wanted), `${before} ${now} ${typed}`)
  }
})
