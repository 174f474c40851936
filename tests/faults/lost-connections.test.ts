import assert from 'node:assert/strict'
import { request, type ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { answer, type Received } from '../harness/channel-server.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture, startTestHub, type TestHub } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { size } from './counting.ts'
import { openConversations, pushUntilAccepted, requireStoredOnce, untilSettled } from './load.ts'

describe('a client that loses the connection after its request', () => {
  let hub: TestHub
  let channel: TestChannel
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub)
  })
  after(async () => {
    await hub.close()
    await channel.server.stop()
  })

  it('gets the same response to a repeat, and its message is stored once', async () => {
    const ids = Array.from({ length: size(40, 400) }, (_, n) => `hangup-${n}`)
    await Promise.all(ids.map(postAndHangUp))
    const acknowledged = new Map<string, string>()
    const deadline = AbortSignal.timeout(30_000)
    for (const id of ids) acknowledged.set(id, await pushUntilAccepted(channel, hub, id, 'hangup', deadline))
    await requireStoredOnce(hub, acknowledged)
  })

  /** The socket is gone before an answer is read; whether the message was stored by then is left to chance. */
  async function postAndHangUp(externalId: string): Promise<void> {
    const posting = request(`${hub.url}/channels/${channel.id}/inbound_messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${channel.token()}`, 'content-type': 'application/json' },
    })
    const closed = new Promise((resolve) => posting.on('close', resolve))
    posting.on('error', () => {})
    posting.on('finish', () => setImmediate(() => posting.destroy()))
    posting.end(JSON.stringify(inbound({ body: `body of ${externalId}`, externalId, conversation: 'hangup' })))
    await closed
  }
})

describe('a channel server that responds slowly', () => {
  let hub: TestHub
  before(async () => {
    hub = await startTestHub()
  })
  after(() => hub.close())

  const cases = [
    { name: 'answers after 6.9 s: sent', behave: answerAfter(6_900), state: 'sent', code: null },
    {
      name: 'answers after 7.1 s: not confirmed',
      behave: answerAfter(7_100),
      state: 'not_confirmed',
      code: 'timeout',
    },
    { name: 'drips its body', behave: dripBody, state: 'not_confirmed', code: 'timeout' },
  ]
  it('has 7 s for its whole response, and is shown as a timeout after that', { timeout: 30_000 }, async () => {
    const results = await Promise.all(
      cases.map(async ({ behave }, n) => {
        const channel = await addTestChannel(hub, { type: { idempotent: false } })
        channel.server.behave = behave
        await channel.push({ body: 'hello', externalId: `late-${n}`, conversation: `late-${n}` })
        const { body } = await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['ivo'], body: 'Hi' })
        const deadline = AbortSignal.timeout(20_000)
        for (;;) {
          deadline.throwIfAborted()
          const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
          if (['sent', 'failed', 'not_confirmed'].includes(message.delivery?.state)) {
            await channel.server.stop()
            return { state: message.delivery.state, code: message.error_type, got: channel.server.messages().length }
          }
          await wait(100)
        }
      }),
    )
    assert.deepEqual(
      results,
      cases.map(({ state, code }) => ({ state, code, got: 1 })),
    )
  })
})

function answerAfter(ms: number) {
  return async ({ body }: Received, response: ServerResponse) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    answer(response, 200, { type: 'success', external_id: `late-${body.payload.id}` })
  }
}

function dripBody(_received: Received, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
  const drip = setInterval(() => response.write(' '), 300)
  response.on('close', () => clearInterval(drip))
}

describe('a hub that is stopped under load, with hanging requests', () => {
  let hub: SpawnedHub
  let fixture: Fixture
  let channel: TestChannel
  before(async () => {
    const db = await createDatabase()
    hub = await SpawnedHub.start(db)
    fixture = await makeFixture(db, hub.url)
    channel = await addTestChannel(fixture, { type: { idempotent: false, max_in_flight: 4 } })
  })
  after(async () => {
    await hub.terminate()
    await channel.server.stop()
    await fixture.db.drop()
  })

  it('exits in time with code 0, loses nothing that it accepted, and leaves unstarted messages to the next hub', {
    timeout: 60_000,
  }, async () => {
    const conversations = await openConversations(channel, fixture, 8)
    const begun = Promise.withResolvers<void>()
    const held: (() => void)[] = []
    channel.server.behave = ({ body }, response) => {
      const succeed = () => answer(response, 200, { type: 'success', external_id: String(body.payload.id) })
      if (stopped) return succeed()
      // half of the requests in flight hang for good, the other half get a response while the hub stops
      if (held.push(succeed) === 4) begun.resolve()
    }
    let stopped = false
    for (const [n, path] of conversations.entries()) {
      assert.equal((await fixture.call('POST', `${path}/messages`, { body: String(n) })).status, 202)
    }
    await begun.promise
    const acknowledged = new Map<string, string>()
    const deadline = AbortSignal.timeout(50_000)
    const pushing = Array.from({ length: 4 }, async (_, client) => {
      for (let n = 0; n < 40; n++) {
        const externalId = `stopping-${client}-${n}`
        acknowledged.set(
          externalId,
          await pushUntilAccepted(channel, fixture, externalId, `stopping-${client}`, deadline),
        )
      }
    })
    const stopping = hub.terminate()
    for (const succeed of held.slice(0, 2)) succeed()
    const { code, ms } = await stopping
    stopped = true
    assert.equal(code, 0)
    assert.ok(ms < 10_500, `${ms} ms`)
    await hub.start()
    await Promise.all(pushing)
    const states = await untilSettled(fixture, deadline)
    assert.deepEqual(states, { sent: 6, not_confirmed: 2 })
    assert.equal(channel.server.messages().length, 8)
    await requireStoredOnce(fixture, acknowledged)
  })
})
