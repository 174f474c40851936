import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { standardSecret } from '@portico/protocol'
import { Webhook } from 'standardwebhooks'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { answer, type Received } from '../harness/channel-server.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

let hub: TestHub
let channel: TestChannel
let conversation: string
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { wants_message_imported: true } })
  const { body } = await channel.push({ body: 'Hello', externalId: 'first' })
  const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  conversation = new URL(message._links.related.conversation).pathname
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const verifies = (secret: string, { raw, headers }: Received) => {
  try {
    new Webhook(standardSecret(secret)).verify(raw, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}
async function received(isIt: (one: Received) => boolean): Promise<Received> {
  await channel.server.until(() => channel.server.received.some(isIt))
  return channel.server.received.find(isIt)!
}
const ofType = (type: string) => received(({ body }) => body.type === type)
async function send(text: string): Promise<Received> {
  await hub.call('POST', `${conversation}/messages`, { body: text })
  return received(({ body }) => body.payload.text === text)
}

describe('the headers of Standard Webhooks', () => {
  it('are on every request beside Front’s, and the package of that name verifies them', async () => {
    for (const request of [await ofType('authorization'), await ofType('message_imported'), await send('One')]) {
      assert.ok(request.headers['x-front-signature'])
      assert.ok(verifies(channel.secret, request), request.body.type)
      assert.equal(verifies('another', request), false)
    }
  })

  it('name a message by its id, also when it is sent again', async () => {
    const { behave } = channel.server
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'no' })
    const first = await send('Twice')
    const path = `/messages/${first.body.payload.id}`
    while ((await hub.call('GET', path)).body.delivery.state !== 'failed') await setTimeout(20)
    channel.server.behave = behave
    await hub.call('POST', `${path}/delivery/retry`)
    const second = await received((one) => one.body.payload.text === 'Twice' && one !== first)
    assert.equal(first.headers['webhook-id'], first.body.payload.id)
    assert.equal(second.headers['webhook-id'], first.headers['webhook-id'])
    assert.ok(verifies(channel.secret, second))
  })

  it('are signed with both secrets while two are live, and with one again afterwards', async () => {
    const path = `/channel_types/${channel.typeUid}`
    const fresh = (await hub.call('POST', `${path}/rotate_secret`)).body.secret
    // what was read of a channel's type counts for a second
    await setTimeout(1_100)
    const pending = await send('Pending')
    assert.deepEqual([verifies(channel.secret, pending), verifies(fresh, pending)], [true, true])
    await hub.call('POST', `${path}/secrets/new/sign`)
    await setTimeout(1_100)
    const overlap = await send('Overlap')
    assert.deepEqual([verifies(channel.secret, overlap), verifies(fresh, overlap)], [true, true])
    await hub.call('DELETE', `${path}/secrets/previous`)
    await setTimeout(1_100)
    const after = await send('After')
    assert.deepEqual([verifies(channel.secret, after), verifies(fresh, after)], [false, true])
    const removed = await hub.call('DELETE', `/channels/${channel.id}`)
    assert.equal(removed.status, 204)
    assert.ok(verifies(fresh, await ofType('delete')))
  })
})
