import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PendingChannels } from './pending-channels.ts'

test('a company that always has more leaves claims to the others', () => {
  const pending = new PendingChannels()
  const takeAll = () => {
    const taken = []
    for (let one = pending.take(); one; one = pending.take()) {
      taken.push(one)
      if (one.companyId === 1) pending.add(1, [one.channelIds[0]! + 1])
    }
    return taken
  }
  pending.add(1, [1])
  assert.equal(takeAll().length, 3)
  pending.add(2, [9])
  assert.deepEqual(takeAll(), [{ companyId: 2, channelIds: [9] }])
  pending.add(3, [5])
  pending.release(1, [1])
  assert.deepEqual(takeAll(), [
    { companyId: 1, channelIds: [4] },
    { companyId: 3, channelIds: [5] },
  ])
})
