import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkInbox, differenceOf } from './access.ts'

it('an inbox for some needs somebody; one for everybody does not', () => {
  const words = (fields: Parameters<typeof checkInbox>[0]) => checkInbox(fields).teammate_ids
  assert.ok(words({ name: 'VIP', access: 'some', teammate_ids: [] }))
  assert.equal(words({ name: 'VIP', access: 'some', teammate_ids: ['tea_1'] }), undefined)
  assert.equal(words({ name: 'VIP', access: 'everybody', teammate_ids: [] }), undefined)
})

it('only who comes and who goes is told to the hub', () => {
  assert.deepEqual(differenceOf(['a', 'b'], ['b', 'c']), { added: ['c'], removed: ['a'] })
})
