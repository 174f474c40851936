import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTeammate } from '@portico/hub/teammates'
import { parsePublicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import { PASSWORD } from '../../../../tests/harness/company.ts'
import { cookieOf, startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { SpawnedHub } from '../../../../tests/harness/spawned-hub.ts'

let hub: TestHub
let ada: string
let ben: string
before(async () => {
  hub = await startTestHub()
  const names = { firstName: 'Ben', lastName: 'Example' }
  await createTeammate(hub.db, hub.hub.bus, hub.system, { email: 'ben@acme.example', password: PASSWORD, ...names })
  ada = await signIn(hub.admin.email)
  ben = await signIn('ben@acme.example')
})
after(() => hub?.close())

async function signIn(email: string, url = hub.url): Promise<string> {
  const options = { token: null, headers: { origin: url } }
  return cookieOf(await hub.through(url).call('POST', '/sign_in', { email, password: PASSWORD }, options))
}
const as = (cookie: string, method: string, path: string, body?: unknown) =>
  hub.call(method, path, body, { token: null, headers: { origin: hub.url, ...(cookie && { cookie }) } })
const react = (id: string, emoji = '👍', cookie = ada, method = 'PUT') =>
  as(cookie, method, `/messages/${id}/reactions/${encodeURIComponent(emoji)}`)
const takeBack = (id: string, emoji = '👍', cookie = ada) => react(id, emoji, cookie, 'DELETE')

let count = 0
async function channelFor(t: TestContext, type: object = {}): Promise<TestChannel> {
  const name = `Test ${++count}`
  const channel = await addTestChannel(hub, { type: { name, capabilities: ['reactions'], ...type } })
  t.after(() => channel.server.stop())
  return channel
}

/** A customer's message in a conversation of its own, as the API shows it. */
async function customerWrote(channel: TestChannel) {
  const ids = { externalId: `in-${channel.id}`, conversation: `thread-${channel.id}` }
  const { body } = await channel.push({ body: 'Where is my parcel?', ...ids })
  return message(`alt:uid:${body.message_uid}`)
}

const message = async (id: string) => (await hub.call('GET', `/messages/${id}`)).body
const conversationOf = (of: any) => new URL(of._links.related.conversation).pathname
const sent = ({ server }: TestChannel) => server.received.filter(({ body }) => body.type === 'reaction')
const lastSent = (channel: TestChannel): any => sent(channel).at(-1)?.body
const shown = ({ reactions }: any) =>
  reactions.map(({ emoji, people }: any) => `${emoji} ${people.map(({ name, type }: any) => name ?? type)}`)

async function until(id: string, holds: (message: any) => boolean): Promise<any> {
  for (const deadline = Date.now() + 9_000; ; await sleep(25)) {
    const now = await message(id)
    if (holds(now)) return now
    assert(Date.now() < deadline, JSON.stringify(now))
  }
}

const isSettled = ({ changes }: any) => changes.length === 0
const stateIs = (state: string) => (message: any) => message.changes[0]?.state === state

describe('a reaction of a teammate', () => {
  it('is shown at once, pending, and sent to the channel as what the company has', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    assert.equal((await react(id)).status, 204)
    const pending = await message(id)
    assert.deepEqual(shown(pending), ['👍 Ada Acme'])
    await until(id, isSettled)
    const [request, ...more] = sent(channel)
    assert.deepEqual(more, [])
    assert.deepEqual([request?.body.payload.id, request?.body.payload.emojis], [id, ['👍']])
    assert.equal(lastSent(channel).payload.author.first_name, 'Ada')
    assert.deepEqual(request?.body.metadata, {
      external_conversation_id: `thread-${channel.id}`,
      external_conversation_ids: [`thread-${channel.id}`],
      external_id: `in-${channel.id}`,
      version: 1,
    })
  })

  it('is one of several, of several teammates, and is taken back', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    await react(id, '👍')
    await react(id, '🎉', ben)
    await react(id, '👍', ben)
    assert.deepEqual(shown(await until(id, isSettled)), ['👍 Ada Acme,Ben Example', '🎉 Ben Example'])
    await takeBack(id, '👍', ben)
    await until(id, isSettled)
    await takeBack(id, '👍')
    await until(id, isSettled)
    const { payload, metadata } = lastSent(channel)
    assert.deepEqual([payload.emojis, payload.author.first_name, metadata.version], [['🎉'], 'Ada', 5])
    assert.equal((await takeBack(id, '👍')).status, 204)
    assert.deepEqual((await message(id)).changes, [])
  })

  it('toggled thirty times in a second ends as the last one, and is not sent thirty times', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    let release = () => {}
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    channel.server.behave = async (received, response) => {
      await isReleased
      succeed(received, response)
    }
    for (let n = 0; n < 31; n++) await (n % 2 ? takeBack(id) : react(id))
    release()
    await until(id, isSettled)
    assert.deepEqual(lastSent(channel).payload.emojis, ['👍'])
    assert.equal(lastSent(channel).metadata.version, 31)
    assert.ok(sent(channel).length <= 3, `${sent(channel).length} requests`)
  })

  it('to a message of ours waits until that is sent', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    let release = () => {}
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    channel.server.behave = async (received, response) => {
      if (received.body.type === 'message') await isReleased
      succeed(received, response)
    }
    const { body } = await hub.call('POST', `${conversationOf(inbound)}/messages`, { body: 'On its way' })
    const { id } = await message(`alt:uid:${body.message_uid}`)
    assert.equal((await react(id)).status, 204)
    await channel.server.until(() => channel.server.messages().length === 1)
    assert.deepEqual([sent(channel).length, (await message(id)).changes[0].state], [0, 'pending'])
    release()
    await until(id, isSettled)
    assert.equal(lastSent(channel).metadata.external_id, `ext-${id}`)
  })

  it('that the channel refuses is shown with its words, tried again, or given up', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    await react(id, '👍')
    await until(id, isSettled)
    channel.server.behave = (_, response) =>
      answer(response, 400, { type: 'bad_request', message: 'This message is too old for a reaction.' })
    await react(id, '🎉')
    const failed = await until(id, stateIs('failed'))
    assert.deepEqual([shown(failed).length, failed.changes[0].kind], [2, 'reaction'])
    assert.equal(failed.changes[0].error.message, 'This message is too old for a reaction.')
    assert.equal((await as(ada, 'POST', `/messages/${id}/changes/reaction/retry`)).status, 200)
    await until(id, stateIs('failed'))
    const discarded = await as(ada, 'POST', `/messages/${id}/changes/reaction/discard`)
    assert.deepEqual([shown(discarded.body), discarded.body.changes], [['👍 Ada Acme'], []])
  })

  it('is stored though its transaction began before another one of the same teammate', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    const client = await hub.db.pool.connect()
    t.after(() => client.release())
    await client.query('begin')
    await client.query('select now()')
    assert.equal((await react(id, '🔥')).status, 204)
    const { rows } = await client.query(
      `select react($1, m.id, t.id, '🎉', true, 'teammate', t.id) as outcome
       from messages m, teammates t where m.company_id = $1 and m.id = $2 and t.company_id = $1 and t.email = $3`,
      [hub.companyId, parsePublicId('msg', id)?.number, hub.admin.email],
    )
    await client.query('commit')
    assert.equal(rows[0].outcome, 'changed')
    assert.deepEqual(shown(await message(id)), ['🔥 Ada Acme', '🎉 Ada Acme'])
  })

  it('of two hubs at once is one state, sent by either', async (t) => {
    const other = await SpawnedHub.start(hub.db)
    t.after(() => other.kill())
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    const bens = await signIn('ben@acme.example', other.url)
    const through = (url: string, cookie: string, emoji: string) =>
      hub.through(url).call('PUT', `/messages/${id}/reactions/${encodeURIComponent(emoji)}`, undefined, {
        token: null,
        headers: { origin: url, cookie },
      })
    const emojis = ['👍', '🎉', '🔥', '👀']
    const answers = await Promise.all(
      emojis.flatMap((emoji) => [through(hub.url, ada, emoji), through(other.url, bens, emoji)]),
    )
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [204])
    const { reactions } = await until(id, isSettled)
    assert.deepEqual(
      reactions.map(({ people }: any) => people.length),
      [2, 2, 2, 2],
    )
    const { payload, metadata } = lastSent(channel)
    assert.deepEqual([payload.emojis.toSorted(), metadata.version], [emojis.toSorted(), 8])
  })

  it('to the echo of a message of ours is carried over to that', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    const thread = `thread-${channel.id}`
    channel.server.behave = async (received, response) => {
      if (received.body.type !== 'message') return succeed(received, response)
      const metadata = { external_id: 'echo', external_conversation_id: thread }
      const token = channel.token()
      const pushed = { to: [{ handle: 'ivo' }], body: 'On its way', metadata }
      const { body } = await hub.call('POST', `/channels/${channel.id}/outbound_messages`, pushed, { token })
      assert.equal((await react((await message(`alt:uid:${body.message_uid}`)).id)).status, 204)
      const path = `/channels/${channel.id}/conversations/${thread}/messages/echo/reactions`
      assert.equal((await hub.call('PUT', path, { sender: { handle: 'ivo' }, emojis: ['🎉'] }, { token })).status, 204)
      answer(response, 200, { type: 'success', external_id: 'echo', external_conversation_id: thread })
    }
    const { body } = await hub.call('POST', `${conversationOf(inbound)}/messages`, { body: 'On its way' })
    const { id } = await message(`alt:uid:${body.message_uid}`)
    const ours = await until(id, ({ reactions, changes }) => reactions.length === 2 && changes.length === 0)
    assert.deepEqual(shown(ours), ['👍 Ada Acme', '🎉 ivo'])
    assert.deepEqual(lastSent(channel).payload.emojis, ['👍'])
  })

  it('is united with what the company’s own app shows', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    await react(id, '👍')
    await react(id, '🎉')
    await until(id, isSettled)
    const path = `/channels/${channel.id}/conversations/thread-${channel.id}/messages/in-${channel.id}/reactions`
    const report = (emojis: string[]) => hub.call('PUT', path, { emojis }, { token: channel.token() })
    await report(['👍', '🎉'])
    assert.deepEqual(shown(await message(id)), ['👍 Ada Acme', '🎉 Ada Acme'])
    await report(['🎉', '😂'])
    assert.deepEqual(shown(await message(id)), ['🎉 Ada Acme', '😂 channel'])
    await react(id, '🔥', ben)
    await until(id, isSettled)
    assert.deepEqual(lastSent(channel).payload.emojis, ['🎉', '😂', '🔥'])
    assert.equal(sent(channel).length, new Set(sent(channel).map(({ raw }) => raw)).size)
  })
})

describe('a reaction is refused', () => {
  it('where the type did not opt in, and fails when that was switched off meanwhile', async (t) => {
    const channel = await channelFor(t, { capabilities: [] })
    const { id } = await customerWrote(channel)
    const refused = await react(id)
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'capability_off'])
    const opt = (capabilities: string[]) => hub.call('PATCH', `/channel_types/${channel.typeUid}`, { capabilities })
    await opt(['reactions'])
    channel.server.behave = (_, response) => answer(response, 503, {})
    await react(id)
    await until(id, ({ changes }) => changes[0]?.error)
    await opt([])
    await hub.db.query(
      't_due',
      `update message_changes set next_attempt_at = now() where company_id = $1 and state = 'pending'`,
      [hub.companyId],
    )
    const failed = await until(id, stateIs('failed'))
    assert.equal(failed.changes[0].error.code, 'capability_off')
  })

  it('with anything but one emoji, to nobody’s message, and beyond ten', async (t) => {
    const channel = await channelFor(t)
    const { id } = await customerWrote(channel)
    for (const emoji of ['x', ':+1:', '👍👍', '<b>']) {
      const refused = await react(id, emoji)
      assert.deepEqual([refused.status, refused.body._error.code], [400, 'invalid_body'], emoji)
    }
    assert.equal((await react('msg_zzzzzz')).status, 404)
    assert.equal((await hub.call('PUT', `/messages/${id}/reactions/%F0%9F%91%8D`)).status, 403)
    assert.equal(
      (await hub.call('PUT', `/messages/${id}/reactions/%F0%9F%91%8D`, undefined, { token: channel.token() })).status,
      403,
    )
    const other = await hub.addCompany('Other')
    const cookie = await signIn(other.admin.email)
    assert.equal((await react(id, '👍', cookie)).status, 404)
    for (const emoji of ['👍', '👎', '🎉', '❤️', '😂', '😮', '😢', '🙏', '🔥', '👀']) await react(id, emoji)
    assert.equal((await react(id, '🚀')).status, 400)
    await takeBack(id, '👍')
    assert.equal((await react(id, '🚀')).status, 204)
  })

  it('to a message that was not sent, and in the trash', async (t) => {
    const channel = await channelFor(t)
    const inbound = await customerWrote(channel)
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'No.' })
    const { body } = await hub.call('POST', `${conversationOf(inbound)}/messages`, { body: 'On its way' })
    const { id } = await message(`alt:uid:${body.message_uid}`)
    await until(id, ({ delivery }) => delivery.state === 'failed')
    const refused = await react(id)
    assert.deepEqual([refused.status, refused.body._error.code], [409, 'message_not_changeable'])
    await hub.call('PATCH', conversationOf(inbound), { status: 'deleted' })
    assert.equal((await react(inbound.id)).body._error.code, 'conversation_in_trash')
  })
})
