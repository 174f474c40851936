import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fakeServer, startDeliveryWorld, type World } from '../../../../tests/harness/deliveries.ts'

let world: World
before(async () => {
  world = await startDeliveryWorld()
})
after(() => world.close())

test('one channel whose lane somebody holds keeps none of the company’s others', { timeout: 30_000 }, async (t) => {
  const server = await fakeServer(t)
  const channels: number[] = []
  for (let n = 0; n < 3; n++) channels.push(await world.addChannel(server))
  const ids: number[] = []
  await world.db.transaction(async (tx) => {
    await tx.query('t_hold', 'select from lanes where company_id = $1 and channel_id = $2 for update', [
      world.companyId,
      channels[0],
    ])
    for (const channel of channels) ids.push(await world.send(await world.addConversation(channel), channel, 'x'))
    world.startLoop()
    await world.until((states) => ids.slice(1).every((id) => states[id] === 'sent'))
    assert.equal((await world.states())[ids[0]!], 'queued')
  })
  await world.until()
  assert.equal(server.messages().length, 3)
})
