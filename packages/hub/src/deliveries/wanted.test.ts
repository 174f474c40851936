import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WantedLanes } from './wanted.ts'

test('a company that always wants more leaves looks to the others', () => {
  const wanted = new WantedLanes()
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

test('channels of which somebody holds one are looked at each alone, until each could be', () => {
  const wanted = new WantedLanes()
  wanted.add(1, [1, 2, 3])
  assert.deepEqual(wanted.take(), { companyId: 1, channelIds: [1, 2, 3] })
  wanted.separate(1, [1, 2, 3])
  wanted.release(1, [1, 2, 3])
  wanted.add(1, [1, 2, 3, 4])
  assert.deepEqual(wanted.take(), { companyId: 1, channelIds: [4] })
  assert.deepEqual(wanted.take(), { companyId: 1, channelIds: [1] })
  assert.deepEqual(wanted.take(), { companyId: 1, channelIds: [2] })
  assert.equal(wanted.take(), undefined)
  wanted.unite(1, [2])
  for (const id of [4, 1, 2]) wanted.release(1, [id])
  wanted.add(1, [2, 5])
  assert.deepEqual(wanted.take(), { companyId: 1, channelIds: [2, 5] })
  assert.deepEqual(wanted.take(), { companyId: 1, channelIds: [3] })
})
