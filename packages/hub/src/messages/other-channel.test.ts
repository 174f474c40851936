import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let one: TestChannel
let other: TestChannel
before(async () => {
  hub = await startTestHub()
  one = await addTestChannel(hub)
  other = await addTestChannel(hub)
})
after(async () => {
  await one?.server.stop()
  await other?.server.stop()
  await hub?.close()
})

async function read(uid: string) {
  const { body } = await hub.call('GET', `/messages/alt:uid:${uid}`)
  return { ...body, conversation: new URL(body._links.related.conversation).pathname }
}

async function push(channel: TestChannel, externalId: string) {
  const { status, body } = await channel.push({ body: 'Hello', externalId, conversation: 'thread' })
  assert.equal(status, 202)
  return read(body.message_uid)
}

describe('an id of another channel of the company', () => {
  it('in a push is an id of the own channel: another message and another conversation', async () => {
    const [first, second] = [await push(one, 'm-1'), await push(other, 'm-1')]
    assert.notEqual(first.id, second.id)
    assert.notEqual(first.conversation, second.conversation)
  })

  it('in the answer of a server changes nothing of the other channel', async () => {
    const theirs = await push(other, 'm-2')
    one.server.behave = (_, response) =>
      answer(response, 200, { type: 'success', external_id: 'm-2', external_conversation_id: 'thread' })
    const sent = await hub.call('POST', `/channels/${one.id}/messages`, { to: ['mia'], body: 'Answered' })
    let mine = await read(sent.body.message_uid)
    while (mine.delivery.state === 'queued' || mine.delivery.state === 'sending')
      mine = await read(sent.body.message_uid)
    assert.equal(mine.delivery.state, 'sent')
    assert.notEqual(mine.conversation, theirs.conversation)
    const { body: still } = await hub.call('GET', `/messages/${theirs.id}`)
    assert.deepEqual([still.is_inbound, still.text], [true, 'Hello'])
    const { body: list } = await hub.call('GET', `${theirs.conversation}/messages`)
    assert.ok(list._results.every(({ id }: { id: string }) => id !== mine.id))
  })
})
