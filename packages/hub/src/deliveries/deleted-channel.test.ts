import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

describe('a channel that is deleted while a message is in flight', () => {
  let hub: TestHub
  let channel: TestChannel
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub, { type: { idempotent: true, wants_delete: false } })
  })
  after(async () => {
    await channel.server.stop()
    await hub.close()
  })

  it('leaves the message not confirmed, and the next one cancelled', async () => {
    const arrived = Promise.withResolvers<() => void>()
    channel.server.behave = (_received, response) => arrived.resolve(() => void response.destroy())
    const { body } = await channel.push({ body: 'hello', externalId: 'm-1' })
    const asked = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    const path = `${new URL(asked._links.related.conversation).pathname}/messages`
    const headers = { prefer: 'return=representation' }
    const [first, second] = [
      (await hub.call('POST', path, { body: 'one' }, { headers })).body,
      (await hub.call('POST', path, { body: 'two' }, { headers })).body,
    ]
    const cut = await arrived.promise
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    assert.equal((await hub.call('DELETE', `/channels/${channel.id}`)).status, 204)
    cut()
    await reader.until(() => reader.messages.some(({ data }) => data.type === 'sending_error'))
    reader.close()
    const stateOf = async ({ id }: { id: string }) => (await hub.call('GET', `/messages/${id}/delivery`)).body.state
    assert.deepEqual([await stateOf(first), await stateOf(second)], ['not_confirmed', 'cancelled'])
  })
})
