import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { addTestChannel, type ChannelOptions, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
before(async () => {
  hub = await startTestHub()
})
after(() => hub?.close())

async function channelFor(t: TestContext, options: ChannelOptions = {}): Promise<TestChannel> {
  const channel = await addTestChannel(hub, { ...options, type: { capabilities: ['edits'], ...options.type } })
  t.after(() => channel.server.stop())
  return channel
}

/** A customer's message in a conversation of its own, as the API shows it. */
async function customerWrote(channel: TestChannel, body = 'Where is my parcel?') {
  const { body: accepted } = await channel.push({
    body,
    externalId: `in-${channel.id}`,
    conversation: `thread-${channel.id}`,
  })
  return message(`alt:uid:${accepted.message_uid}`)
}

const message = async (id: string) => (await hub.call('GET', `/messages/${id}`)).body
const conversationOf = (of: any) => new URL(of._links.related.conversation).pathname
const edit = (id: string, body: string, more: object = {}) => hub.call('PATCH', `/messages/${id}`, { body, ...more })

async function reply(channel: TestChannel, body = 'On its way') {
  const inbound = await customerWrote(channel)
  const { body: accepted } = await hub.call('POST', `${conversationOf(inbound)}/messages`, { body })
  return message(`alt:uid:${accepted.message_uid}`)
}

/** A reply that has reached the channel. */
async function sentReply(channel: TestChannel, body?: string) {
  return until((await reply(channel, body)).id, ({ delivery }) => delivery.state === 'sent')
}

async function until(id: string, holds: (message: any) => boolean): Promise<any> {
  for (const deadline = Date.now() + 9_000; ; await sleep(25)) {
    const now = await message(id)
    if (holds(now)) return now
    assert(Date.now() < deadline, JSON.stringify(now))
  }
}

const isSettled = ({ changes }: any) => changes.length === 0
const edited = ({ server }: TestChannel) => server.received.filter(({ body }) => body.type === 'message_edited')
const versionsOf = async (id: string) => (await hub.call('GET', `/messages/${id}/versions`)).body._results

describe('an edit of a sent message', () => {
  it('goes to the channel whole, and is what the message says once it was taken', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    const { status, body } = await edit(sent.id, 'On its way, tomorrow', { base_version: 1 })
    assert.equal(status, 200)
    assert.deepEqual([body.text, body.edited_text, body.newest_version], ['On its way', 'On its way, tomorrow', 2])
    assert.deepEqual([body.changes[0].kind, body.changes[0].state], ['edit', 'pending'])
    const taken = await until(sent.id, isSettled)
    assert.deepEqual([taken.text, taken.edited_text], ['On its way, tomorrow', null])
    const [request, ...more] = edited(channel)
    assert.deepEqual(more, [])
    assert.equal(request?.raw, JSON.stringify(request?.body))
    assert.deepEqual([request?.body.payload.id, request?.body.payload.text], [sent.id, 'On its way, tomorrow'])
    assert.deepEqual(request?.body.metadata, {
      external_conversation_id: `thread-${channel.id}`,
      external_conversation_ids: [`thread-${channel.id}`, `conv-${sent.id}`],
      external_id: `ext-${sent.id}`,
      version: 1,
    })
    const versions = await versionsOf(sent.id)
    assert.deepEqual(
      versions.map(({ number, text, is_current }: any) => [number, text, is_current]),
      [
        [1, 'On its way', false],
        [2, 'On its way, tomorrow', true],
      ],
    )
    const conversation = (await hub.call('GET', conversationOf(sent))).body
    assert.equal(conversation.last_message.blurb, 'On its way, tomorrow')
  })

  it('keeps its buttons, as text where the channel takes none', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    const buttons = [{ id: 'yes', title: 'Yes' }]
    const { body } = await hub.call('POST', `${conversationOf(inbound)}/messages`, { body: 'Is it there?', buttons })
    const sent = await until(`alt:uid:${body.message_uid}`, ({ delivery }) => delivery.state === 'sent')
    await edit(sent.id, 'Has it come?')
    await until(sent.id, isSettled)
    const [first] = channel.server.messages()
    assert.equal(
      edited(channel)[0]?.body.payload.text,
      String(first?.body.payload.text).replace('Is it there?', 'Has it come?'),
    )
    assert.match(String(first?.body.payload.text), /Yes/)
  })

  it('tells the second of two who edit at once', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    assert.equal((await edit(sent.id, 'First', { base_version: 1 })).status, 200)
    const second = await edit(sent.id, 'Second', { base_version: 1 })
    assert.deepEqual([second.status, second.body._error.code], [409, 'message_edited_meanwhile'])
    assert.equal((await edit(sent.id, 'Second', { base_version: 2 })).status, 200)
    assert.equal((await until(sent.id, isSettled)).text, 'Second')
  })

  it('is sent as it is at last when twenty come in a second', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    for (let n = 1; n <= 20; n++) assert.equal((await edit(sent.id, `Edit ${n}`)).status, 200)
    assert.equal((await until(sent.id, isSettled)).text, 'Edit 20')
    const versions = edited(channel).map(({ body }) => Number(body.metadata?.version))
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    )
    assert.deepEqual([versions.at(-1), edited(channel).at(-1)?.body.payload.text], [20, 'Edit 20'])
  })

  it('shows a refusal in the words of the channel, until it is retried or discarded', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'Too old to edit.' })
    await edit(sent.id, 'Tomorrow')
    const refused = await until(sent.id, ({ changes }) => changes[0]?.state === 'failed')
    assert.deepEqual(
      [refused.text, refused.edited_text, refused.changes[0].error.message],
      ['On its way', 'Tomorrow', 'Too old to edit.'],
    )
    assert.equal((await hub.call('POST', `/messages/${sent.id}/changes/edit/discard`)).status, 200)
    const discarded = await message(sent.id)
    assert.deepEqual([discarded.text, discarded.edited_text, discarded.changes], ['On its way', null, []])
    assert.equal((await hub.call('POST', `/messages/${sent.id}/changes/edit/retry`)).status, 409)
    await edit(sent.id, 'Tomorrow at 9')
    await until(sent.id, ({ changes }) => changes[0]?.state === 'failed')
    channel.server.behave = succeed
    assert.equal((await hub.call('POST', `/messages/${sent.id}/changes/edit/retry`)).status, 200)
    assert.equal((await until(sent.id, isSettled)).text, 'Tomorrow at 9')
  })

  it('waits for its message, and is dropped with one that failed', async (t) => {
    const channel = await channelFor(t)
    const held: (() => void)[] = []
    channel.server.behave = (received, response) =>
      received.body.type === 'message' ? void held.push(() => succeed(received, response)) : succeed(received, response)
    const sending = await reply(channel)
    await channel.server.until(() => held.length === 1)
    await edit(sending.id, 'Tomorrow')
    assert.deepEqual((await message(sending.id)).edited_text, 'Tomorrow')
    held[0]?.()
    assert.equal((await until(sending.id, isSettled)).text, 'Tomorrow')
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'No.' })
    const { body } = await hub.call('POST', `${conversationOf(sending)}/messages`, { body: 'Bye' })
    const failed = await until(`alt:uid:${body.message_uid}`, ({ delivery }) => delivery.state === 'failed')
    const refused = await edit(failed.id, 'Good bye')
    assert.deepEqual([refused.status, refused.body._error.code], [409, 'message_not_changeable'])
    assert.equal(edited(channel).length, 1)
  })

  it('is repeated without an answer, and respects Retry-After for the whole channel', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    channel.server.behave = (_, response) => void response.writeHead(429, { 'retry-after': '100' }).end()
    await edit(sent.id, 'Tomorrow')
    const delayed = await until(sent.id, ({ changes }) => changes[0]?.error?.code === 'too_many_requests')
    assert.ok(delayed.changes[0].next_attempt_at > Date.now() / 1000 + 90)
    const { body } = await hub.call('GET', `/channels/${channel.id}`)
    assert.ok(body.health.held_until > Date.now() / 1000 + 90)
    channel.server.behave = (_, response) => void response.destroy()
    await makeDue(channel)
    const cut = await until(sent.id, ({ changes }) => changes[0]?.may_have_arrived)
    assert.deepEqual([cut.changes[0].state, cut.text], ['pending', 'On its way'])
    channel.server.behave = succeed
    await makeDue(channel)
    assert.equal((await until(sent.id, isSettled)).text, 'Tomorrow')
    assert.deepEqual(new Set(edited(channel).map(({ raw }) => raw)).size, 1)
  })

  it('is refused to a channel without the capability, and fails when it is taken away meanwhile', async (t) => {
    const without = await channelFor(t, { type: { capabilities: [] } })
    const sent = await sentReply(without)
    const refused = await edit(sent.id, 'x')
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'capability_off'])
    const channel = await channelFor(t)
    const other = await sentReply(channel)
    channel.server.behave = (_, response) => void response.destroy()
    await edit(other.id, 'x')
    await until(other.id, ({ changes }) => changes[0]?.may_have_arrived)
    await hub.call('PATCH', `/channel_types/${channel.typeUid}`, { capabilities: [] })
    await makeDue(channel)
    const off = await until(other.id, ({ changes }) => changes[0]?.state === 'failed')
    assert.equal(off.changes[0].error.code, 'capability_off')
  })

  it('is for messages of ours alone, and of a size', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    assert.equal((await edit(inbound.id, 'x')).body._error.code, 'message_not_changeable')
    assert.equal((await edit('msg_zzzz', 'x')).status, 404)
    const sent = await sentReply(channel)
    assert.equal((await edit(sent.id, ' ')).status, 400)
    assert.equal((await edit(sent.id, 'x'.repeat(500_001))).status, 400)
    assert.equal((await edit(sent.id, 'On its way')).status, 200)
    assert.deepEqual([(await message(sent.id)).newest_version, edited(channel).length], [1, 0])
    assert.equal(
      (await hub.call('PATCH', `/messages/${sent.id}`, { body: 'x' }, { token: channel.token() })).status,
      403,
    )
  })

  it('keeps the first and the newest hundred versions', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    for (let n = 1; n <= 110; n++) assert.equal((await report(channel, inbound, { body: `Edit ${n}` })).status, 204)
    const { rows } = await hub.db.pool.query(
      'select count(*)::int from message_versions where company_id = $1 and body like $2',
      [hub.companyId, '%'],
    )
    assert.ok(rows[0].count <= 200, String(rows[0].count))
    const versions = (await hub.call('GET', `/messages/${inbound.id}/versions?limit=100`)).body._results
    assert.deepEqual([versions[0].text, (await message(inbound.id)).text], ['Where is my parcel?', 'Edit 110'])
  })
})

/** Lets what is delayed be sent now, and ends the pause of its channel. */
async function makeDue(channel: TestChannel): Promise<void> {
  await hub.db.pool.query(
    `update message_changes g set next_attempt_at = now() from messages m
     where m.company_id = g.company_id and m.id = g.message_id and g.company_id = $1 and g.state = 'pending'
       and m.conversation_id in (select e.conversation_id from conversation_external_ids e where e.company_id = $1 and e.external_id = $2)`,
    [hub.companyId, `thread-${channel.id}`],
  )
  await hub.db.pool.query('update channel_delivery_states set paused_until = null where company_id = $1', [
    hub.companyId,
  ])
}

const pathOf = (channel: TestChannel, externalId: string) =>
  `/channels/${channel.id}/conversations/thread-${channel.id}/messages/${externalId}`
const report = (channel: TestChannel, _of: unknown, body: object, token = channel.token()) =>
  hub.call('PATCH', pathOf(channel, `in-${channel.id}`), body, { token })

describe('an edit that the channel reports', () => {
  it('is shown as a new body is, keeps versions, and leaves the conversation as it is', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    await hub.call('PATCH', conversationOf(inbound), { status: 'archived' })
    const { status } = await report(channel, inbound, {
      body: '<p onclick="x()">Where are <b>my parcels</b>?</p><script>x()</script>',
    })
    assert.equal(status, 204)
    const now = await message(inbound.id)
    assert.equal(now.text, 'Where are my parcels?')
    assert.doesNotMatch(now.render.html, /script|onclick/)
    assert.ok(now.edited_at)
    const conversation = (await hub.call('GET', conversationOf(inbound))).body
    assert.deepEqual([conversation.status, conversation.last_message.blurb], ['archived', 'Where are my parcels?'])
    assert.deepEqual(
      (await versionsOf(inbound.id)).map(({ text }: any) => text),
      ['Where is my parcel?', 'Where are my parcels?'],
    )
  })

  it('does not go back, and is stored once', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    const now = Date.now() / 1000
    await report(channel, inbound, { body: 'Third', occurred_at: now - 10 })
    await report(channel, inbound, { body: 'Second', occurred_at: now - 20 })
    await report(channel, inbound, { body: 'Third', occurred_at: now - 10 })
    assert.deepEqual([(await message(inbound.id)).text, (await versionsOf(inbound.id)).length], ['Third', 2])
    assert.equal((await report(channel, inbound, { body: 'x', occurred_at: now + 90_000 })).status, 400)
  })

  it('is of a message of this channel and conversation', async (t) => {
    const channel = await channelFor(t)
    const other = await channelFor(t)
    const inbound = await customerWrote(channel)
    assert.equal((await report(channel, inbound, { body: 'x' }, other.token())).status, 403)
    for (const path of [pathOf(channel, 'unknown'), pathOf(channel, `in-${channel.id}`).replace('/thread-', '/other-')])
      assert.equal((await hub.call('PATCH', path, { body: 'x' }, { token: channel.token() })).status, 404, path)
    assert.equal((await report(channel, inbound, {})).status, 400)
    const without = await channelFor(t, { type: { capabilities: ['deletions'] } })
    const theirs = await customerWrote(without)
    assert.equal((await report(without, theirs, { body: 'x' })).body._error.code, 'capability_off')
    assert.equal((await message(inbound.id)).text, 'Where is my parcel?')
  })

  it('is also of our own message, by the id that its channel gave it', async (t) => {
    const channel = await channelFor(t)
    const sent = await sentReply(channel)
    const path = pathOf(channel, `ext-${sent.id}`)
    assert.equal(
      (await hub.call('PATCH', path, { body: 'Changed in the app' }, { token: channel.token() })).status,
      204,
    )
    assert.equal((await message(sent.id)).text, 'Changed in the app')
    assert.equal(edited(channel).length, 0)
  })
})
