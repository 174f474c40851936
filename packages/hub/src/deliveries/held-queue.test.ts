import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'

let world: DeliveryFixture
before(async () => {
  world = await startDeliveryFixture()
})
after(() => world.close())

test('a channel with a locked state row does not delay messages', { timeout: 30_000 }, async (t) => {
  const server = await fakeServer(t)
  const channels = [await world.addChannel(server), await world.addChannel(server)]
  const loop = world.startLoop()
  await world.db.transaction(async (tx) => {
    await tx.query(
      't_hold',
      'select from channel_delivery_states where company_id = $1 and channel_id = $2 for update',
      [world.companyId, channels[0]],
    )
    const ids: number[] = []
    for (const channel of channels) ids.push(await world.send(await world.addConversation(channel), channel, 'x'))
    await world.until((states) => ids.every((id) => states[id] === 'sent'))
  })
  await loop.stop()
})

test('a company with a locked queue does not delay others, and sends once it is unlocked', {
  timeout: 30_000,
}, async (t) => {
  const server = await fakeServer(t)
  const channels: number[] = []
  for (let n = 0; n < 5; n++) channels.push(await world.addChannel(server))
  const other = await startDeliveryFixture(world)
  const channel = await other.addChannel(server)
  const loop = world.startLoop()
  const held: number[] = []
  await world.db.transaction(async (tx) => {
    await tx.query('t_hold_queue', 'select from delivery_queues where company_id = $1 for update', [world.companyId])
    for (const each of channels) held.push(await world.send(await world.addConversation(each), each, 'held'))
    const ids: number[] = []
    for (let n = 0; n < 5; n++) ids.push(await other.send(await other.addConversation(channel), channel, 'free'))
    await other.until((states) => ids.every((id) => states[id] === 'sent'))
    const states = await world.states()
    assert.deepEqual([...new Set(held.map((id) => states[id]))], ['queued'])
  })
  await world.until((states) => held.every((id) => states[id] === 'sent'))
  await loop.stop()
})
