import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parsePublicId } from '@portico/protocol'
import { addTestChannel, type ChannelOptions, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { claimChanges } from '../message-changes/queries.ts'

let hub: TestHub
before(async () => {
  hub = await startTestHub()
})
after(() => hub?.close())

async function channelFor(t: TestContext, options: ChannelOptions = {}): Promise<TestChannel> {
  const channel = await addTestChannel(hub, {
    ...options,
    type: { capabilities: ['edits', 'deletions'], ...options.type },
  })
  t.after(() => channel.server.stop())
  return channel
}

const message = async (id: string) => (await hub.call('GET', `/messages/${id}`)).body
const conversationOf = (of: any) => new URL(of._links.related.conversation).pathname
const push = (channel: TestChannel, body = 'My card is 4111') =>
  channel.push({ body, externalId: `in-${channel.id}`, conversation: `thread-${channel.id}` })
const customerWrote = async (channel: TestChannel) => message(`alt:uid:${(await push(channel)).body.message_uid}`)

async function sentReply(channel: TestChannel, to?: any) {
  const conversation = conversationOf(to ?? (await customerWrote(channel)))
  const { body } = await hub.call('POST', `${conversation}/messages`, { body: 'Your code is 1234' })
  return until(`alt:uid:${body.message_uid}`, ({ delivery }) => delivery.state === 'sent')
}

async function until(id: string, holds: (message: any) => boolean): Promise<any> {
  for (const deadline = Date.now() + 9_000; ; await sleep(25)) {
    const now = await message(id)
    if (holds(now)) return now
    assert(Date.now() < deadline, JSON.stringify(now))
  }
}

const remove = (id: string) => hub.call('DELETE', `/messages/${id}`)
const ofType = ({ server }: TestChannel, type: string) => server.received.filter(({ body }) => body.type === type)
const pathOf = (channel: TestChannel, externalId: string) =>
  `/channels/${channel.id}/conversations/thread-${channel.id}/messages/${externalId}`
const report = (channel: TestChannel, externalId: string, body?: object, token = channel.token()) =>
  hub.call('DELETE', pathOf(channel, externalId), body, { token })

describe('the removal of a sent message', () => {
  it('is pending until the channel took it; then the words are gone', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    const { status, body } = await remove(sent.id)
    assert.deepEqual(
      [status, body.text, body.removed, body.changes[0].kind],
      [202, 'Your code is 1234', null, 'deletion'],
    )
    const gone = await until(sent.id, ({ removed }) => removed !== null)
    assert.deepEqual([gone.text, gone.blurb, gone.changes], ['', '', []])
    assert.equal(gone.removed.by, 'api')
    assert.deepEqual(
      ofType(channel, 'message_deleted').map(({ body }) => body),
      [
        {
          type: 'message_deleted',
          payload: { id: sent.id, message_uid: sent.message_uid },
          metadata: {
            external_conversation_id: `thread-${channel.id}`,
            external_conversation_ids: [`thread-${channel.id}`, `conv-${sent.id}`],
            external_id: `ext-${sent.id}`,
            version: 1,
          },
        },
      ],
    )
    const { last_message } = (await hub.call('GET', conversationOf(sent))).body
    assert.deepEqual([last_message.blurb, last_message.is_removed], ['', true])
    assert.deepEqual((await hub.call('GET', `/messages/${sent.id}/versions`)).body._results, [])
    assert.equal((await remove(sent.id)).status, 202)
    const stored = await hub.db.pool.query("select 1 from delivery_requests where position('1234'::bytea in bytes) > 0")
    assert.equal(stored.rowCount, 0)
  })

  it('that the channel refuses leaves the message, with its words', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    channel.server.behave = (_, response) =>
      answer(response, 403, { type: 'forbidden', message: 'Only within an hour.' })
    await remove(sent.id)
    const refused = await until(sent.id, ({ changes }) => changes[0]?.state === 'failed')
    assert.deepEqual([refused.text, refused.changes[0].error.message], ['Your code is 1234', 'Only within an hour.'])
    assert.equal((await hub.call('POST', `/messages/${sent.id}/changes/deletion/discard`)).body.changes.length, 0)
  })

  it('goes after an edit in flight, and in place of one that waits', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    const held: (() => void)[] = []
    channel.server.behave = (received, response) =>
      received.body.type === 'message_edited'
        ? void held.push(() => succeed(received, response))
        : succeed(received, response)
    await hub.call('PATCH', `/messages/${sent.id}`, { body: 'Your code is 5678' })
    await channel.server.until(() => held.length === 1)
    await remove(sent.id)
    // nor does another hub send it
    const id = '00000000-0000-4000-8000-000000000001'
    const key = { company_id: hub.companyId, channel_id: parsePublicId('cha', channel.id)?.number ?? 0 }
    assert.deepEqual(await claimChanges(hub.db, key, { id, kinds: ['deletion'], limit: 9, leaseSeconds: 9 }), [])
    held[0]?.()
    const gone = await until(sent.id, ({ removed }) => removed !== null)
    assert.deepEqual([gone.text, gone.edited_text], ['', null])
    const types = channel.server.received.map(({ body }) => body.type)
    assert.deepEqual(types.slice(-2), ['message_edited', 'message_deleted'])
    const other = await sentReply(channel, sent)
    channel.server.behave = (_, response) => void response.destroy()
    await hub.call('PATCH', `/messages/${other.id}`, { body: 'x' })
    await until(other.id, ({ changes }) => changes[0]?.may_have_arrived)
    const { body } = await remove(other.id)
    assert.deepEqual([body.edited_text, body.changes.map(({ kind }: any) => kind)], [null, ['deletion']])
  })

  it('is refused for what the customer does not have, and without the capability', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    assert.equal((await remove(inbound.id)).body._error.code, 'message_not_changeable')
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'No.' })
    const { body } = await hub.call('POST', `${conversationOf(inbound)}/messages`, { body: 'x' })
    const failed = await until(`alt:uid:${body.message_uid}`, ({ delivery }) => delivery.state === 'failed')
    assert.equal((await remove(failed.id)).body._error.code, 'message_not_changeable')
    const without = await channelFor(t, { type: { capabilities: ['edits'] } })
    assert.equal((await remove((await sentReply(without)).id)).body._error.code, 'capability_off')
  })
})

describe('a removal that the channel reports', () => {
  it('takes the words and files out, once, and a repeated push does not bring them back', async (t) => {
    const channel = await channelFor(t)
    const form = new FormData()
    form.set('sender[handle]', 'ivo')
    form.set('body', 'My passport')
    form.set('metadata[external_id]', `in-${channel.id}`)
    form.set('metadata[external_conversation_id]', `thread-${channel.id}`)
    form.append('attachments[]', new Blob(['secret'], { type: 'text/plain' }), 'passport.txt')
    const pushed = await fetch(`${hub.url}/channels/${channel.id}/inbound_messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${channel.token()}` },
      body: form,
    })
    const { message_uid } = (await pushed.json()) as { message_uid: string }
    const inbound = await message(`alt:uid:${message_uid}`)
    const file = new URL(inbound.attachments[0].url).pathname
    assert.equal((await hub.call('GET', file)).status, 200)

    assert.deepEqual(
      [(await report(channel, `in-${channel.id}`)).status, (await report(channel, `in-${channel.id}`)).status],
      [204, 204],
    )
    const gone = await message(inbound.id)
    assert.deepEqual([gone.text, gone.body, gone.blurb, gone.attachments], ['', '<p></p>', '', []])
    assert.equal(gone.removed.by, 'channel')
    assert.equal((await hub.call('GET', file)).status, 404)
    const again = await push(channel, 'My passport')
    assert.deepEqual([again.status, again.body.message_uid], [202, message_uid])
    assert.equal((await message(inbound.id)).text, '')
    const late = await hub.call(
      'PATCH',
      pathOf(channel, `in-${channel.id}`),
      { body: 'back' },
      { token: channel.token() },
    )
    assert.deepEqual([late.status, (await message(inbound.id)).text], [204, ''])
  })

  it('shows in a reply that quotes it, and ends changes on their way', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    const quoting = await hub.call(
      'POST',
      `/channels/${channel.id}/inbound_messages`,
      {
        sender: { handle: 'ivo' },
        body: 'Thanks',
        metadata: {
          external_id: `re-${channel.id}`,
          external_conversation_id: `thread-${channel.id}`,
          referenced_message_external_id: `ext-${sent.id}`,
        },
      },
      { token: channel.token() },
    )
    channel.server.behave = (_, response) => void response.destroy()
    await hub.call('PATCH', `/messages/${sent.id}`, { body: 'x' })
    await until(sent.id, ({ changes }) => changes[0]?.may_have_arrived)
    const at = Math.floor(Date.now() / 1000) - 60
    assert.equal((await report(channel, `ext-${sent.id}`, { occurred_at: at })).status, 204)
    const gone = await message(sent.id)
    assert.deepEqual([gone.removed, gone.changes], [{ at, by: 'channel', teammate_id: null }, []])
    const { quoted } = await message(`alt:uid:${quoting.body.message_uid}`)
    assert.deepEqual([quoted.message_id, quoted.is_removed, quoted.blurb], [sent.id, true, ''])
  })

  it('keeps a failed message from being sent again', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    const status = { status: 'failed', reason: 'Bounced' }
    await hub.call('PUT', `${pathOf(channel, `ext-${sent.id}`)}/status`, status, { token: channel.token() })
    await report(channel, `ext-${sent.id}`)
    const retried = await hub.call('POST', `/messages/${sent.id}/delivery/retry`)
    assert.deepEqual([retried.status, retried.body._error.code], [409, 'delivery_not_in_state'])
    const other = await sentReply(channel, sent)
    await hub.call('PUT', `${pathOf(channel, `ext-${other.id}`)}/status`, status, { token: channel.token() })
    channel.server.behave = (_, response) => void response.writeHead(429, { 'retry-after': '100' }).end()
    await hub.call('POST', `/messages/${other.id}/delivery/retry`)
    await until(other.id, ({ delivery }) => delivery.state !== 'queued' || delivery.held_until !== null)
    await report(channel, `ext-${other.id}`)
    assert.equal((await message(other.id)).delivery.state, 'cancelled')
  })

  it('is of a message of this channel and conversation', async (t) => {
    const channel = await channelFor(t)
    const other = await channelFor(t)
    await push(channel)
    assert.equal((await report(channel, `in-${channel.id}`, undefined, other.token())).status, 403)
    assert.equal((await report(channel, 'unknown')).status, 404)
    assert.equal((await report(channel, `in-${channel.id}`, { occurred_at: Date.now() })).status, 400)
    const without = await channelFor(t, { type: { capabilities: ['edits'] } })
    await push(without)
    assert.equal((await report(without, `in-${without.id}`)).body._error.code, 'capability_off')
  })
})
