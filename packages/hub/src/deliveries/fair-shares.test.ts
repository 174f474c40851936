import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'

describe('a server behind many channels that hangs', { timeout: 60_000 }, () => {
  let world: DeliveryFixture
  before(async () => {
    world = await startDeliveryFixture()
  })
  after(() => world.close())

  it('gets half of the requests in flight over all companies, and messages of others are sent at once', async (t) => {
    const hanging = await fakeServer(t)
    const released = Promise.withResolvers<void>()
    hanging.behave = async (received, response) => {
      await released.promise
      succeed(received, response)
    }
    const another = await startDeliveryFixture(world)
    for (const tenant of [world, another]) {
      for (let n = 0; n < 20; n++) {
        const channel = await tenant.addChannel({ url: `${hanging.url}hook/${n}` }, { maxInFlight: 8 })
        for (let m = 0; m < 8; m++) await tenant.send(await tenant.addConversation(channel), channel, 'held')
      }
    }
    const loop = world.startLoop()
    await hanging.until(() => hanging.messages().length >= 256)
    const healthy = await fakeServer(t)
    const channel = await another.addChannel(healthy)
    const ids: number[] = []
    for (let n = 0; n < 20; n++) ids.push(await another.send(await another.addConversation(channel), channel, `${n}`))
    await another.until((states) => ids.every((id) => states[id] === 'sent'))
    assert.equal(hanging.messages().length, 256)
    released.resolve()
    await world.until()
    await another.until()
    await loop.stop()
    assert.equal(hanging.messages().length, 320)
  })
})
