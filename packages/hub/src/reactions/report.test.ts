import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

const reactions = { capabilities: ['reactions'] }

let hub: TestHub
let channel: TestChannel
let count = 0
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: reactions })
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

/** Pushes a message and returns the channel's id of it. */
async function push(): Promise<string> {
  const externalId = `m ${++count}`
  assert.equal((await channel.push({ body: 'Hello', externalId, name: 'Ivo' })).status, 202)
  return externalId
}

const pathOf = (message: string, { id = channel.id, thread = 'thread-1' } = {}) =>
  `/channels/${id}/conversations/${encodeURIComponent(thread)}/messages/${encodeURIComponent(message)}/reactions`
const report = (message: string, body: unknown, token = channel.token()) =>
  hub.call('PUT', pathOf(message), body, { token })
const ivo = { handle: 'ivo' }

async function read(externalId: string) {
  const { body } = await channel.push({ body: 'Hello', externalId })
  return (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
}
const conversationOf = async (externalId: string) =>
  new URL((await read(externalId))._links.related.conversation).pathname
/** Who has what, as text. */
async function shown(externalId: string): Promise<string[]> {
  const { reactions } = await read(externalId)
  return reactions.map(({ emoji, people }: any) => `${emoji} ${people.map(({ name, type }: any) => name ?? type)}`)
}
const events = async () => (await hub.call('GET', '/events?limit=100&q[types][]=reaction')).body._results

describe('a report of reactions', () => {
  it('is all that one person has, and is shown with the message', async () => {
    const message = await push()
    assert.deepEqual(await shown(message), [])
    assert.equal((await report(message, { sender: { ...ivo, name: 'Ivo' }, emojis: ['👍'] })).status, 204)
    await report(message, { sender: { handle: 'mia', name: 'Mia' }, emojis: ['🎉', '👍', '👍'] })
    assert.deepEqual(await shown(message), ['👍 Ivo,Mia', '🎉 Mia'])
    await report(message, { sender: ivo, emojis: ['❤'] })
    assert.deepEqual(await shown(message), ['🎉 Mia', '👍 Mia', '❤️ Ivo'])
    await report(message, { sender: ivo, emojis: [] })
    await report(message, { sender: { handle: 'mia' }, emojis: [] })
    assert.deepEqual(await shown(message), [])
  })

  it('reaches every reader at once, and changes nothing of the conversation', async () => {
    const message = await push()
    const conversation = await conversationOf(message)
    await hub.call('PATCH', conversation, { status: 'archived' })
    const before = (await hub.call('GET', conversation)).body
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    await report(message, { sender: ivo, emojis: ['👍'] })
    await reader.until(() => reader.messages.some(({ data }) => data.type === 'reaction'))
    const event = reader.messages.find(({ data }) => data.type === 'reaction')?.data
    assert.equal(event?.target.data.reactions[0].emoji, '👍')
    reader.close()
    assert.deepEqual((await hub.call('GET', conversation)).body, before)
  })

  it('is stored once: a repeat is no event', async () => {
    const message = await push()
    await report(message, { sender: ivo, emojis: ['👍'] })
    const before = (await events()).length
    assert.equal((await report(message, { sender: ivo, emojis: ['👍'] })).status, 204)
    assert.equal((await report(message, { sender: { handle: 'nobody' }, emojis: [] })).status, 204)
    assert.equal((await events()).length, before)
  })

  it('does not go back behind a later one, whatever the order of arrival', async () => {
    const message = await push()
    await report(message, { sender: ivo, emojis: [], occurred_at: 1_767_225_602 })
    assert.equal((await report(message, { sender: ivo, emojis: ['👍'], occurred_at: 1_767_225_601 })).status, 204)
    assert.deepEqual(await shown(message), [])
    // clocks that count whole seconds
    await report(message, { sender: ivo, emojis: ['🎉'], occurred_at: 1_767_225_602 })
    assert.deepEqual(await shown(message), ['🎉 ivo'])
  })

  it('of nobody is of the company’s own app', async () => {
    const message = await push()
    await report(message, { emojis: ['👍'] })
    assert.deepEqual(await shown(message), ['👍 channel'])
    await report(message, { emojis: [] })
    assert.deepEqual(await shown(message), [])
  })

  it('is about any message of the channel, ours included', async () => {
    const path = `${await conversationOf(await push())}/messages`
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    channel.server.behave = (_, response) => answer(response, 200, { type: 'success', external_id: 'answer-1' })
    const sent = await hub.call('POST', path, { body: 'Hi' })
    await reader.until(() => reader.messages.some(({ data }) => data.data?.state === 'sent'))
    reader.close()
    const id = `/messages/alt:uid:${sent.body.message_uid}`
    assert.equal((await report('answer-1', { sender: ivo, emojis: ['👍'] })).status, 204)
    assert.equal((await hub.call('GET', id)).body.reactions[0].emoji, '👍')
  })
})

describe('a report of reactions is refused', () => {
  it('by name, when it is no emoji, too many, or too far ahead', async () => {
    const message = await push()
    const wrong: [unknown, RegExp][] = [
      [{ sender: ivo, emojis: [':+1:'] }, /^body\.emojis\.0: is not one emoji/],
      [{ sender: ivo, emojis: ['👍', 'x'] }, /^body\.emojis\.1/],
      [{ sender: ivo, emojis: ['👍👍'] }, /^body\.emojis\.0/],
      [{ sender: ivo, emojis: [''] }, /^body\.emojis\.0/],
      [{ sender: ivo, emojis: '👍' }, /^body\.emojis/],
      [{ sender: ivo }, /^body\.emojis: missing/],
      [{ sender: { handle: ' ' }, emojis: [] }, /^body\.sender/],
      [{ sender: ivo, emojis: Array(11).fill('👍') }, /^body\.emojis/],
      [
        { sender: ivo, emojis: [], occurred_at: Date.now() / 1_000 + 90_000 },
        /^body\.occurred_at: is more than a day ahead/,
      ],
      [{ sender: ivo, emojis: [], occurred_at: -1 }, /^body\.occurred_at/],
    ]
    for (const [body, detail] of wrong) {
      const refused = await report(message, body)
      assert.deepEqual([refused.status, refused.body._error.code], [400, 'invalid_body'], JSON.stringify(body))
      assert.match(refused.body._error.details[0], detail)
    }
    assert.deepEqual(await shown(message), [])
  })

  it('when the message has a hundred', async () => {
    const message = await push()
    const ten = ['👍', '👎', '🎉', '❤️', '😂', '😮', '😢', '🙏', '🔥', '👀']
    for (let n = 0; n < 10; n++) await report(message, { sender: { handle: `p${n}` }, emojis: ten })
    const refused = await report(message, { sender: { handle: 'one more' }, emojis: ['👍'] })
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'invalid_body'])
    assert.equal((await report(message, { sender: { handle: 'p1' }, emojis: ['🚀'] })).status, 204)
    assert.equal((await report(message, { sender: { handle: 'one more' }, emojis: ['👍'] })).status, 204)
  })

  it('for a message, conversation or channel that is not the token’s', async () => {
    const message = await push()
    const body = { sender: ivo, emojis: ['👍'] }
    assert.equal((await report('unknown', body)).status, 404)
    const elsewhere = pathOf(message, { thread: 'thread-2' })
    assert.equal((await hub.call('PUT', elsewhere, body, { token: channel.token() })).status, 404)
    const other = await addTestChannel(hub, { type: { name: 'Other', ...reactions }, server: channel.server })
    assert.equal((await report(message, body, other.token())).status, 403)
    assert.equal((await hub.call('PUT', pathOf(message, { id: other.id }), body, { token: other.token() })).status, 404)
    assert.equal((await hub.call('PUT', pathOf(message), body)).status, 403)
    assert.deepEqual(await shown(message), [])
  })

  it('when the type did not opt in, also from one moment to the next', async () => {
    const message = await push()
    await hub.call('PATCH', `/channel_types/${channel.typeUid}`, { capabilities: [] })
    const refused = await report(message, { sender: ivo, emojis: ['👍'] })
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'capability_off'])
    await hub.call('PATCH', `/channel_types/${channel.typeUid}`, reactions)
    assert.equal((await report(message, { sender: ivo, emojis: ['👍'] })).status, 204)
  })
})
