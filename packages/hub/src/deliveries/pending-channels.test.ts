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
  assert.deepEqual(takeAll(), [{ companyId: 2, channelIds: [9], created: [] }])
  pending.add(3, [5])
  pending.release({ companyId: 1, channelIds: [1], created: [] })
  assert.deepEqual(takeAll(), [
    { companyId: 1, channelIds: [4], created: [] },
    { companyId: 3, channelIds: [5], created: [] },
  ])
})

test('a message handed over waits for its channel’s claim, and a pending read finds it', () => {
  const pending = new PendingChannels()
  const of = (channelId: number, messageId: number) => ({
    ...{ messageId, conversationId: messageId, channelId },
    buildRequest: () => Buffer.alloc(0),
  })
  const [first, second, other] = [of(1, 11), of(1, 12), of(2, 21)]
  pending.handOver(7, [first])
  const work = pending.take()
  assert.deepEqual(work, { companyId: 7, channelIds: [], created: [first] })
  pending.handOver(7, [second, other])
  const rest = pending.take()
  assert.deepEqual(rest, { companyId: 7, channelIds: [], created: [other] })
  assert.equal(pending.take(), undefined)
  pending.add(7, [2])
  pending.handOver(7, [other])
  for (const one of [work, rest]) pending.release(one!)
  assert.deepEqual(pending.take(), { companyId: 7, channelIds: [2], created: [second] })
  for (let n = 0; n < 40; n++) pending.handOver(8, [of(3, n)])
  assert.deepEqual(pending.take(), { companyId: 8, channelIds: [3], created: [] })
})
