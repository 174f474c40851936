import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'
import type { Database } from '../db/database.ts'

describe('a channel', () => {
  let world: DeliveryFixture
  let peeks = 0
  before(async () => {
    world = await startDeliveryFixture()
    const counting: Database = {
      ...world.db,
      query(name, text, values) {
        if (name === 'peek_deliveries') peeks++
        return world.db.query(name, text, values)
      },
    }
    world.startLoop({ db: counting })
  })
  after(() => world.close())

  it('is not read for a message that is sent at once, nor when nothing waits afterwards', async (t) => {
    const channel = await world.addChannel(await fakeServer(t))
    const before = peeks
    for (let n = 0; n < 30; n++) {
      const id = await world.send(await world.addConversation(channel), channel, `${n}`)
      await world.until((states) => states[id] === 'sent')
    }
    // the poll may see one before its claim is made
    assert.ok(peeks - before < 15, `${peeks - before} peeks for 30 messages`)
  })

  it('is read again as soon as a message was sent and the conversation has another', async (t) => {
    const server = await fakeServer(t)
    const mayAnswer = Promise.withResolvers<void>()
    server.behave = async (received, response) => {
      await mayAnswer.promise
      await succeed(received, response)
    }
    const channel = await world.addChannel(server)
    const conversation = await world.addConversation(channel)
    const ids: number[] = []
    for (let n = 0; n < 10; n++) ids.push(await world.send(conversation, channel, `${n}`))
    await server.until(() => server.messages().length === 1)
    const since = performance.now()
    mayAnswer.resolve()
    await world.until((states) => ids.every((id) => states[id] === 'sent'))
    const polls = Math.floor((performance.now() - since) / 1_000)
    assert.ok(polls < ids.length - 2, `${polls} polls have passed`)
  })

  it('is read again as soon as a message was sent and others wait for its slot', async (t) => {
    const server = await fakeServer(t)
    const mayAnswer = Promise.withResolvers<void>()
    server.behave = async (received, response) => {
      await mayAnswer.promise
      await succeed(received, response)
    }
    const channel = await world.addChannel(server, { maxInFlight: 1 })
    const first = await world.send(await world.addConversation(channel), channel, 'first')
    await server.until(() => server.messages().length === 1)
    const waiting: number[] = []
    for (let n = 0; n < 8; n++) waiting.push(await world.send(await world.addConversation(channel), channel, `${n}`))
    const since = performance.now()
    mayAnswer.resolve()
    await world.until((states) => [first, ...waiting].every((id) => states[id] === 'sent'))
    const polls = Math.floor((performance.now() - since) / 1_000)
    assert.ok(polls < waiting.length - 2, `${polls} polls have passed`)
  })
})
