import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'

let world: DeliveryFixture
before(async () => {
  world = await startDeliveryFixture()
})
after(() => world.close())

test('a stopping hub waits for requests in flight, and claims nothing more', async (t) => {
  const server = await fakeServer(t)
  const released = Promise.withResolvers<void>()
  server.behave = async (received, response) => {
    await released.promise
    succeed(received, response)
  }
  const channel = await world.addChannel(server)
  const ids: number[] = []
  for (let i = 0; i < 10; i++) ids.push(await world.send(await world.addConversation(channel), channel, `${i}`))
  const loop = world.startLoop()
  await server.until(() => server.messages().length === 4)
  const stopped = loop.stop()
  released.resolve()
  await stopped
  const states = Object.values(await world.states())
  assert.equal(server.messages().length, 4)
  assert.deepEqual(states.filter((state) => state === 'sent').length, 4)
  assert.deepEqual(states.filter((state) => state === 'queued').length, 6)
  world.startLoop()
  await world.until()
  assert.equal(server.messages().length, ids.length)
})
