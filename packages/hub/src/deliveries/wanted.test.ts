import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WantedChannels } from './wanted.ts'

test('a company that always wants more leaves looks to the others', () => {
  const wanted = new WantedChannels()
  const takeAll = () => {
    const taken = []
    for (let one = wanted.take(); one; one = wanted.take()) {
      taken.push(one)
      if (one.companyId === 1) wanted.add(1, [one.channelIds[0]! + 1])
    }
    return taken
  }
  wanted.add(1, [1])
  assert.equal(takeAll().length, 3)
  wanted.add(2, [9])
  assert.deepEqual(takeAll(), [{ companyId: 2, channelIds: [9] }])
  wanted.add(3, [5])
  wanted.release(1, [1])
  assert.deepEqual(takeAll(), [
    { companyId: 1, channelIds: [4] },
    { companyId: 3, channelIds: [5] },
  ])
})
