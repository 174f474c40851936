import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let channel: TestChannel
let other: TestChannel
let inbound: string
let outbound: string
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
  other = await addTestChannel(hub, { type: { name: 'Other' } })
  const pushed = await channel.push({ body: 'Hello', externalId: 'in' })
  inbound = (await hub.call('GET', `/messages/alt:uid:${pushed.body.message_uid}`)).body.id
  outbound = await reply()
})
after(async () => {
  await channel.server.stop()
  await other.server.stop()
  await hub.close()
})

async function reply(): Promise<string> {
  const message = (await hub.call('GET', `/messages/${inbound}`)).body
  const conversation = new URL(message._links.related.conversation).pathname
  const { body } = await hub.call('POST', `${conversation}/messages`, { body: 'Hi' })
  return (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body.id
}

const mark = (id: string, token = channel.token()) => hub.call('POST', `/messages/${id}/seen`, {}, { token })
const read = async (id: string) => (await hub.call('GET', `/messages/${id}/seen`)).body
const seenEvents = async () => (await hub.call('GET', '/events?q[types][]=message_seen')).body._results

describe('a seen receipt', () => {
  it('is stored once, shown with the message, and emits an event', async () => {
    assert.deepEqual((await read(outbound))._results, [])
    const before = Date.now()
    assert.deepEqual([(await mark(outbound)).status, (await mark(outbound)).status], [204, 204])
    const [receipt, ...more] = (await read(outbound))._results
    assert.deepEqual(more, [])
    assert.ok(Math.abs(Number(receipt.first_seen_at) - before) < 60_000, receipt.first_seen_at)
    assert.equal(receipt._links.related.message, `${hub.url}/messages/${outbound}`)
    const message = (await hub.call('GET', `/messages/${outbound}`)).body
    assert.equal(Math.floor(message.seen_at * 1_000), Number(receipt.first_seen_at))
    assert.equal(message._links.related.message_seen, `${hub.url}/messages/${outbound}/seen`)
    assert.deepEqual(
      (await seenEvents()).map(({ target }: any) => target.data.id),
      [outbound],
    )
  })

  it('is taken without a body, and under the uid of the message', async () => {
    const id = await reply()
    const { message_uid } = (await hub.call('GET', `/messages/${id}`)).body
    const path = `/messages/alt:uid:${message_uid}/seen`
    assert.equal((await hub.call('POST', path, undefined, { token: channel.token() })).status, 204)
    assert.equal((await read(id))._results.length, 1)
  })

  it('is accepted at most ten times an hour for a message, and again in the next hour', async () => {
    const id = await reply()
    const statuses = []
    for (let n = 0; n < 11; n++) statuses.push((await mark(id)).status)
    assert.deepEqual(statuses, [...Array(10).fill(204), 429])
    const refused = await mark(id)
    assert.equal(refused.body._error.code, 'too_many_attempts')
    assert.ok(Number(refused.headers.get('retry-after')) > 3_500)
    assert.equal((await mark(await reply())).status, 204)
    await hub.db.query(
      'age',
      `update seen_receipts set window_started_at = now() - interval '61 minutes' where company_id = $1`,
      [hub.companyId],
    )
    assert.equal((await mark(id)).status, 204)
  })

  it('is of outbound messages only, and for the channel of the message', async () => {
    assert.deepEqual([(await mark(inbound)).status, (await read(inbound))._results], [400, []])
    assert.equal((await mark(outbound, other.token())).status, 404)
    assert.equal((await hub.call('POST', `/messages/${outbound}/seen`, {})).status, 204)
  })
})
