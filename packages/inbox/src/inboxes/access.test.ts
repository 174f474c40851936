import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkInbox, differenceOf } from './access.ts'

it('a private inbox needs a teammate; a public one does not', () => {
  const teammatesError = (fields: Parameters<typeof checkInbox>[0]) => checkInbox(fields).teammate_ids
  assert.ok(teammatesError({ name: 'VIP', access: 'some', teammate_ids: [], remote_images: 'ask' }))
  assert.equal(
    teammatesError({ name: 'VIP', access: 'some', teammate_ids: ['tea_1'], remote_images: 'ask' }),
    undefined,
  )
  assert.equal(teammatesError({ name: 'VIP', access: 'everybody', teammate_ids: [], remote_images: 'ask' }), undefined)
})

it('only added and removed teammates are sent to the hub', () => {
  assert.deepEqual(differenceOf(['a', 'b'], ['b', 'c']), { added: ['c'], removed: ['a'] })
})
