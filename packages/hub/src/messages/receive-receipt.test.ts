import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: TestHub
let channel: TestChannel
let other: TestChannel

before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { name: 'Chat', capabilities: ['receipts'] } })
  other = await addTestChannel(hub, { type: { name: 'Plain' } })
})
after(async () => {
  await channel.server.stop()
  await other.server.stop()
  await hub.close()
})

async function conversation(external: string, of = channel): Promise<string> {
  const { body } = await of.push({ body: 'Hello', externalId: external, conversation: external, handle: external })
  const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  return new URL(message._links.related.conversation).pathname
}

/** A reply that the channel has answered; resolves with its public id. */
async function sent(path: string): Promise<string> {
  const id = await created(path)
  const read = () => hub.call('GET', `/messages/${id}`)
  while ((await read()).body.delivery.state !== 'sent') await new Promise((resolve) => setTimeout(resolve, 10))
  return id
}

async function created(path: string): Promise<string> {
  const { body } = await hub.call('POST', `${path}/messages`, { body: 'Hi' })
  return (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body.id
}

const report = (thread: string, externalId: string, body: object, of = channel, token = of.token()) =>
  hub.call('PUT', `/channels/${of.id}/conversations/${thread}/messages/${externalId}/status`, body, { token })
const message = async (id: string) => (await hub.call('GET', `/messages/${id}`)).body
const eventsOf = async (id: string) =>
  (
    await hub.call('GET', '/events?q[types][]=message_delivered&q[types][]=message_seen&q[types][]=sending_error')
  ).body._results
    .filter(({ target }: any) => target.data.id === id)
    .map(({ type }: any) => type)
    .toReversed()
const now = () => Date.now() / 1000

describe('a receipt', { timeout: 30_000 }, () => {
  it('moves a message forward, once, with its time, and every screen has it', async () => {
    const id = await sent(await conversation('ada'))
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    const at = now()
    assert.equal((await report('ada', `ext-${id}`, { status: 'delivered', occurred_at: at })).status, 204)
    const delivered = await message(id)
    assert.ok(Math.abs(delivered.delivered_at - at) < 0.01, `${delivered.delivered_at} ${at}`)
    assert.equal(delivered.seen_at, null)
    assert.equal((await report('ada', `ext-${id}`, { status: 'read' })).status, 204)
    const read = await message(id)
    assert.ok(read.seen_at >= read.delivered_at)
    for (const status of ['read', 'delivered']) assert.equal((await report('ada', `ext-${id}`, { status })).status, 204)
    assert.deepEqual(await message(id), read)
    assert.deepEqual(await eventsOf(id), ['message_delivered', 'message_seen'])
    await reader.until(() => reader.messages.some(({ data }) => data.type === 'message_seen'))
    assert.deepEqual(
      reader.messages.map(({ data }) => [data.type, data.target.data.delivered_at === read.delivered_at]),
      [
        ['message_delivered', true],
        ['message_seen', true],
      ],
    )
    reader.close()
  })

  it('of reading implies the delivery, and is the fact of POST /messages/{id}/seen', async () => {
    const path = await conversation('eva')
    const [first, second] = [await sent(path), await sent(path)]
    await report('eva', `ext-${first}`, { status: 'read' })
    assert.equal((await hub.call('GET', `/messages/${first}/seen`)).body._results.length, 1)
    assert.equal((await message(first)).delivered_at, (await message(first)).seen_at)
    await report('eva', `ext-${second}`, { status: 'delivered' })
    assert.deepEqual((await hub.call('GET', `/messages/${second}/seen`)).body._results, [])
    assert.equal((await hub.call('POST', `/messages/${second}/seen`, {}, { token: channel.token() })).status, 204)
    const seen = await message(second)
    assert.ok(seen.seen_at > seen.delivered_at)
    assert.deepEqual(await eventsOf(second), ['message_delivered', 'message_seen'])
  })

  it('of a message and those before it marks what the customer was sent', async () => {
    const path = await conversation('leo')
    const ids = [await sent(path), await sent(path), await sent(path)]
    await report('leo', `ext-${ids[1]}`, { status: 'read', and_earlier: true })
    const seen = await Promise.all(ids.map(message))
    assert.deepEqual(
      seen.map(({ seen_at }) => seen_at !== null),
      [true, true, false],
    )
    assert.deepEqual(await eventsOf(ids[0] ?? ''), ['message_seen'])
  })

  it('happens neither before the message nor in the future', async () => {
    const id = await sent(await conversation('max'))
    const { created_at } = await message(id)
    await report('max', `ext-${id}`, { status: 'delivered', occurred_at: 1 })
    await report('max', `ext-${id}`, { status: 'read', occurred_at: now() + 3_600 })
    const { delivered_at, seen_at } = await message(id)
    assert.ok(Math.abs(delivered_at - created_at) < 0.01)
    assert.ok(seen_at <= now() + 1)
    const tomorrow = await report('max', `ext-${id}`, { status: 'read', occurred_at: now() + 90_000 })
    const inMilliseconds = await report('max', `ext-${id}`, { status: 'read', occurred_at: Date.now() })
    assert.deepEqual([tomorrow.status, inMilliseconds.status], [400, 400])
  })
})

describe('a failure and a receipt', { timeout: 30_000 }, () => {
  it('exclude each other: the first holds', async () => {
    const path = await conversation('kim')
    const [arrived, failed] = [await sent(path), await sent(path)]
    await report('kim', `ext-${arrived}`, { status: 'delivered' })
    const refused = await report('kim', `ext-${arrived}`, { status: 'failed', reason: 'Late' })
    assert.deepEqual([refused.status, refused.body._error.code], [409, 'message_status_conflict'])
    assert.equal((await message(arrived)).delivery.state, 'sent')
    assert.equal((await report('kim', `ext-${failed}`, { status: 'failed' })).status, 204)
    for (const status of ['delivered', 'read']) {
      const late = await report('kim', `ext-${failed}`, { status })
      assert.deepEqual([late.status, late.body._error.code], [409, 'message_status_conflict'])
    }
    assert.deepEqual(await eventsOf(failed), ['sending_error'])
  })

  it('stay as they were for a type without receipts', async () => {
    const id = await sent(await conversation('tom', other))
    await hub.call('POST', `/messages/${id}/seen`, {}, { token: other.token() })
    assert.equal((await report('tom', `ext-${id}`, { status: 'failed' }, other)).status, 204)
    assert.equal((await message(id)).delivery.state, 'failed')
  })
})

describe('a receipt that comes before the answer', { timeout: 30_000 }, () => {
  it('waits for the answer, and is applied with it', async (t) => {
    const path = await conversation('ivo')
    let finish = () => {}
    channel.server.behave = (received, response) => {
      finish = () => answer(response, 200, { type: 'success', external_id: 'soon', external_conversation_id: 'ivo' })
      if (received.body.type !== 'message') succeed(received, response)
    }
    t.after(() => {
      channel.server.behave = succeed
    })
    const before = channel.server.messages().length
    const id = await created(path)
    await channel.server.until(() => channel.server.messages().length > before)
    for (const status of ['delivered', 'read']) assert.equal((await report('ivo', 'soon', { status })).status, 204)
    assert.equal((await report('ivo', 'soon', { status: 'failed' })).status, 409)
    assert.equal((await message(id)).delivered_at, null)
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    finish()
    await reader.until(() => reader.messages.some(({ data }) => data.type === 'message_seen'))
    reader.close()
    const { delivery, delivered_at, seen_at } = await message(id)
    assert.deepEqual([delivery.state, delivered_at !== null, seen_at !== null], ['sent', true, true])
    const left = await hub.db.query('left', 'select 1 from early_reports where company_id = $1', [hub.companyId])
    assert.deepEqual(left, [])
  })

  it('of a message that was pushed meanwhile stays with the one into which it is merged', async (t) => {
    const path = await conversation('noa')
    let finish = () => {}
    channel.server.behave = (received, response) => {
      finish = () => answer(response, 200, { type: 'success', external_id: 'echo', external_conversation_id: 'noa' })
      if (received.body.type !== 'message') succeed(received, response)
    }
    t.after(() => {
      channel.server.behave = succeed
    })
    const before = channel.server.messages().length
    const id = await created(path)
    await channel.server.until(() => channel.server.messages().length > before)
    const echo = {
      to: [{ handle: 'noa' }],
      body: 'Hi',
      metadata: { external_id: 'echo', external_conversation_id: 'noa' },
    }
    const pushed = await hub.call('POST', `/channels/${channel.id}/outbound_messages`, echo, { token: channel.token() })
    assert.equal(pushed.status, 202)
    assert.equal((await report('noa', 'echo', { status: 'read' })).status, 204)
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    finish()
    await reader.until(() => reader.messages.some(({ data }) => data.type === 'message_united'))
    reader.close()
    assert.notEqual((await message(id)).seen_at, null)
  })
})

describe('a receipt is refused', { timeout: 30_000 }, () => {
  it('without the capability, also when it was taken away a moment ago', async () => {
    const id = await sent(await conversation('mia', other))
    const refused = await report('mia', `ext-${id}`, { status: 'read' }, other)
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'capability_off'])
    const change = (capabilities: string[]) => hub.call('PATCH', `/channel_types/${other.typeUid}`, { capabilities })
    await change(['receipts'])
    assert.equal((await report('mia', `ext-${id}`, { status: 'delivered' }, other)).status, 204)
    await change([])
    assert.equal((await report('mia', `ext-${id}`, { status: 'read' }, other)).status, 400)
    assert.equal((await message(id)).seen_at, null)
  })

  it('for messages of others, inbound ones, and unknown ids', async () => {
    const id = await sent(await conversation('zoe'))
    await conversation('zoe-2')
    const status = { status: 'read' }
    assert.equal((await report('zoe', 'zoe', status)).status, 404)
    assert.equal((await report('zoe-2', `ext-${id}`, status)).status, 404)
    assert.equal((await report('zoe', 'unknown', status)).status, 404)
    assert.equal((await report('zoe', `ext-${id}`, status, channel, other.token())).status, 403)
    assert.equal((await report('zoe', `ext-${id}`, status, channel, hub.token)).status, 403)
    assert.equal((await message(id)).seen_at, null)
  })

  it('with fields of another status, and an unknown one', async () => {
    const id = await sent(await conversation('pia'))
    for (const body of [
      { status: 'read', reason: 'Because' },
      { status: 'failed', and_earlier: true },
      { status: 'failed', occurred_at: 1 },
      { status: 'seen' },
      { status: 'read', and_earlier: 'yes' },
    ]) {
      assert.equal((await report('pia', `ext-${id}`, body)).status, 400, JSON.stringify(body))
    }
  })
})
