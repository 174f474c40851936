import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ChannelRequest } from '@portico/protocol/schemas'
import { Ajv } from 'ajv'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import type { Received } from '../harness/channel-server.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'
import { PublishedApi } from './published-api.ts'

let hub: TestHub
let channel: TestChannel
let author: string
const published = new PublishedApi('core-api')
const isOfTheWire = new Ajv({ strict: false }).compile(ChannelRequest)

before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { wants_message_imported: true } })
  author = (await hub.call('GET', '/teammates')).body._results[0].id
})
after(async () => {
  await channel?.server.stop()
  await hub?.close()
})

/** Waits for so many new requests to the channel, and takes them. */
async function next(type: string, count = 1): Promise<Received[]> {
  const of = () => channel.server.received.filter(({ body }) => body.type === type)
  await channel.server.until(() => of().length >= count)
  return of().slice(-count)
}

const read = (path: string) => hub.call('GET', path, undefined, { token: channel.token() })

/** Removes the differences: the Core API leaves a null `in_reply_to` out, and has the channel's id once the channel gave it. */
function settled(message: any, externalId?: string) {
  const { headers, ...metadata } = message.metadata
  const ids = externalId === undefined ? metadata : { external_id: externalId, ...metadata }
  return { ...message, metadata: { ...ids, headers: { in_reply_to: headers?.in_reply_to ?? null } } }
}

async function holds(received: Received | undefined, idOfAnswer?: string): Promise<void> {
  assert.ok(received)
  const { body } = received
  assert.ok(isOfTheWire(body), JSON.stringify(isOfTheWire.errors))
  const { status, body: answered } = await read(`/messages/${body.payload.id}`)
  assert.equal(status, 200)
  assert.deepEqual(settled(body.payload, idOfAnswer), settled(answered))
  assert.deepEqual(published.schemaErrors('GET', '/messages/{message_id}', 200, body.payload), [])
}

describe('a request of the hub to a channel server', () => {
  it('has every field of an imported message as GET /messages/{id} returns it to the channel', async () => {
    const pushes = [
      { externalId: 'm1', body: 'Where is my parcel?', name: 'Ivo' },
      { externalId: 'm2', body: '<p>Still <b>waiting</b></p>', deliveredAt: 1_767_225_600 },
    ]
    for (const [i, push] of pushes.entries()) {
      await channel.push({ conversation: 'c1', ...push })
      const imported = (await next('message_imported', i + 1)).at(-1)
      await holds(imported)
      assert.equal(Object(imported?.body.payload.metadata).external_id, push.externalId)
      assert.deepEqual(imported?.body.metadata, {
        external_conversation_id: 'c1',
        external_conversation_ids: ['c1'],
      })
    }
  })

  it('has every field of a pushed outbound message as GET /messages/{id} returns it', async () => {
    const body = {
      to: [{ handle: 'ivo', name: 'Ivo' }, { handle: 'mia' }],
      sender_name: 'Acme',
      subject: 'Parcel',
      body: 'It left.',
      author_id: author,
      delivered_at: 1_767_225_700,
      metadata: { external_id: 'm3', external_conversation_id: 'c1', referenced_message_external_id: 'm1' },
    }
    await hub.call('POST', `/channels/${channel.id}/outbound_messages`, body, { token: channel.token() })
    await holds((await next('message_imported', 3)).at(-1))
  })

  const sent = [
    { what: 'a reply', body: { body: 'On its way' } },
    { what: 'a reply of a teammate in HTML', body: () => ({ body: '<p>On <b>its</b> way</p>', author_id: author }) },
    { what: 'a reply under another name', body: { body: 'Hello', sender_name: 'Acme Support', subject: 'Parcel' } },
    { what: 'a reply to several', body: { body: 'Hello both', to: ['ivo', 'mia', 'new one'] } },
  ]
  for (const [i, { what, body }] of sent.entries()) {
    it(`has the creation time of ${what}, and every other field of GET /messages/{id}`, async () => {
      const [conversation] = (await hub.call('GET', `/inboxes/${hub.inbox}/conversations`)).body._results
      const before = Date.now() / 1000
      const path = `/conversations/${conversation.id}/messages`
      await hub.call('POST', path, typeof body === 'function' ? body() : body)
      const received = (await next('message', i + 1)).at(-1)
      const createdAt = Number(received?.body.payload.created_at)
      assert.ok(createdAt > before - 1 && createdAt <= Date.now() / 1000, `${createdAt}`)
      const id = String(received?.body.payload.id)
      await settledDelivery(id)
      await holds(received, `ext-${id}`)
    })
  }

  it('has the same fields for a message that begins a conversation', async () => {
    await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['zoe'], body: 'Welcome', author_id: author })
    const received = (await next('message', sent.length + 1)).at(-1)
    const id = String(received?.body.payload.id)
    await settledDelivery(id)
    await holds(received, `ext-${id}`)
    assert.deepEqual(received?.body.metadata, { external_conversation_ids: [] })
  })

  it('follows the protocol for authorization and deletion', async () => {
    await hub.call('DELETE', `/channels/${channel.id}`)
    const [asked, ended] = [await next('authorization'), await next('delete')].flat()
    for (const request of [asked, ended]) {
      assert.ok(isOfTheWire(request?.body), JSON.stringify(isOfTheWire.errors))
      assert.deepEqual(request?.body.payload, { channel_id: channel.id })
    }
  })
})

async function settledDelivery(id: string): Promise<void> {
  for (;;) {
    const changed = Promise.withResolvers<void>()
    const unsubscribe = hub.hub.bus.on('events', () => changed.resolve())
    const { body } = await hub.call('GET', `/messages/${id}`)
    if (body.delivery.state !== 'sent') await changed.promise
    unsubscribe()
    if (body.delivery.state === 'sent') return
  }
}
