import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

let count = 0
async function push(fields: { id?: string; answers?: string; thread?: string; body?: string }): Promise<any> {
  const { id = `m-${++count}`, answers, thread = 'one', body = 'Hi' } = fields
  const metadata = {
    external_id: id,
    external_conversation_id: thread,
    ...(answers && { referenced_message_external_id: answers }),
  }
  const message = { sender: { handle: 'ivo', name: 'Ivo' }, body, metadata }
  const answer = await hub.call('POST', `/channels/${channel.id}/inbound_messages`, message, { token: channel.token() })
  assert.equal(answer.status, 202, answer.text)
  return read(answer.body.message_uid)
}
const read = async (uid: string) => (await hub.call('GET', `/messages/alt:uid:${uid}`)).body

describe('a message that answers another', () => {
  it('shows whom and what it quotes, and links to it', async () => {
    const source = await push({ id: 'source', body: 'Where is my parcel?' })
    const reply = await push({ answers: 'source' })
    assert.deepEqual(reply.quoted, {
      message_id: source.id,
      is_inbound: true,
      name: 'Ivo',
      blurb: 'Where is my parcel?',
      is_removed: false,
    })
    assert.equal(reply._links.related.message_replied_to, source._links.self)
    assert.equal(reply.metadata.headers.in_reply_to, 'source')
    assert.equal(source.quoted, null)
  })

  it('shows a missing original, and the original once it arrives', async () => {
    const reply = await push({ answers: 'late' })
    assert.deepEqual(reply.quoted, { message_id: null })
    const source = await push({ id: 'late', body: 'I came late' })
    const now = await read(reply.message_uid)
    assert.deepEqual([now.quoted.message_id, now.quoted.blurb], [source.id, 'I came late'])
    assert.equal(now._links.related.message_replied_to, source._links.self)
  })

  it('shows a message of ours by the id that the channel gave it', async () => {
    const { _links } = await push({})
    const conversation = new URL(_links.related.conversation).pathname
    const { body } = await hub.call('POST', `${conversation}/messages`, { body: 'Of ours' })
    const { id } = await read(body.message_uid)
    while ((await read(body.message_uid)).delivery.state !== 'sent') await wait(20)
    const reply = await push({ answers: `ext-${id}` })
    assert.deepEqual([reply.quoted.message_id, reply.quoted.is_inbound], [id, false])
  })

  it('shows nothing of a message in another conversation, which its reader may not see', async () => {
    await push({ id: 'elsewhere', thread: 'two' })
    assert.deepEqual((await push({ answers: 'elsewhere' })).quoted, { message_id: null })
  })
})
