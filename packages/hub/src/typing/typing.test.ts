import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startHub } from '@portico/hub'
import { openDatabase } from '@portico/hub/database'
import { makeSealer } from '@portico/hub/sealer'
import { readSettings } from '@portico/hub/settings'
import { createTeammate } from '@portico/hub/teammates'
import { sign } from '@portico/protocol'
import { pino } from 'pino'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import {
  type EmptyHub,
  type Fixture,
  makeFixture,
  startEmptyHub,
  testMasterKey,
} from '../../../../tests/harness/hub.ts'
import { freePort } from '../../../../tests/harness/spawned-hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: EmptyHub
let company: Fixture
let channel: TestChannel
let plain: TestChannel
let noor: string
let ben: string
let stranger: string

before(async () => {
  hub = await startEmptyHub()
  company = await makeFixture(hub.db, hub.url, hub.bus)
  channel = await addTestChannel(company, { type: { name: 'Chat', capabilities: ['typing'] } })
  plain = await addTestChannel(company, { type: { name: 'Plain' } })
  noor = await hub.signIn(company.admin.email)
  const member = { email: 'ben@acme.example', password: 'correct horse battery' }
  await createTeammate(hub.db, hub.bus, company.system, { ...member, firstName: 'Ben', lastName: 'Ali' })
  ben = await hub.signIn(member.email)
  stranger = await hub.signIn((await hub.addStaffedCompany('other')).admin.email)
})
after(async () => {
  await channel.server.stop()
  await plain.server.stop()
  await hub.close()
})

/** A customer's conversation with this id in the channel; resolves with its public id. */
async function conversation(external: string, of = channel): Promise<string> {
  const { body } = await of.push({ body: 'Hello', externalId: external, conversation: external, handle: external })
  const message = (await company.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  return message._links.related.conversation.split('/').at(-1)
}

const write = (id: string, is_typing: unknown, as = noor) =>
  hub.request('POST', `/conversations/${id}/typing`, { as, body: { is_typing } })
const sentOf = (external: string, of = channel) =>
  of.server.received.filter(
    ({ body }) => body.type === 'typing' && body.metadata?.external_conversation_id === external,
  )
const stateOf = (external: string) => sentOf(external).map(({ body }) => body.payload.is_typing)
const reply = (id: string) => company.call('POST', `/conversations/${id}/messages`, { body: 'Hi' })
const lastEvent = async () =>
  (
    await hub.db.query<{ n: number }>('n', 'select last_event as n from counters where company_id = $1', [
      company.companyId,
    ])
  )[0]?.n

describe('a teammate who writes', () => {
  it('is told to the channel once in 3 seconds, signed, with the author, and then that they stopped', async () => {
    const id = await conversation('ada')
    const before = await lastEvent()
    const statuses = [await write(id, true), await write(id, true), await write(id, true, ben), await write(id, false)]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [204, 204, 204, 204],
    )
    await channel.server.until(() => sentOf('ada').length === 2)
    assert.deepEqual(stateOf('ada'), [true, false])
    const { raw, headers, path, body } = sentOf('ada')[0] ?? assert.fail()
    assert.equal(path, '/hook')
    assert.equal(headers['x-front-signature'], sign(channel.secret, String(headers['x-front-request-timestamp']), raw))
    assert.match(String(headers['webhook-id']), /^typing_cnv_/)
    assert.deepEqual(Object.keys(body), ['type', 'payload', 'metadata'])
    assert.equal((body.payload.author as { email: string }).email, company.admin.email)
    assert.deepEqual(body.metadata, { external_conversation_id: 'ada', external_conversation_ids: ['ada'] })
    assert.equal(await lastEvent(), before)
  })

  it('delays no message when the server does not answer, and is not tried again', async (t) => {
    const id = await conversation('eva')
    channel.server.behave = (received, response) => {
      if (received.body.type !== 'typing') return succeed(received, response)
    }
    t.after(() => {
      channel.server.behave = succeed
    })
    await write(id, true)
    await channel.server.until(() => sentOf('eva').length === 1)
    await reply(id)
    await channel.server.until(() =>
      channel.server.messages().some(({ body }) => body.metadata?.external_conversation_id === 'eva'),
    )
    assert.equal(sentOf('eva').length, 1)
    const health = (await company.call('GET', `/channels/${channel.id}`)).body
    assert.ok(!health.delivery?.failing_since, JSON.stringify(health.delivery))
  })

  it('is told to no channel without the capability, also when it was taken away a moment ago', async () => {
    const id = await conversation('leo', plain)
    const refused = await write(id, true)
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'capability_off'])
    const change = (capabilities: string[]) =>
      company.call('PATCH', `/channel_types/${plain.typeUid}`, { capabilities })
    await change(['typing'])
    assert.equal((await write(id, true)).status, 204)
    await plain.server.until(() => sentOf('leo', plain).length === 1)
    await change([])
    assert.equal((await write(id, false)).status, 400)
    assert.equal(sentOf('leo', plain).length, 1)
  })

  it('is told by teammates who see the conversation alone', async () => {
    const id = await conversation('mia')
    assert.equal((await write(id, true, stranger)).status, 404)
    assert.equal((await write('cnv_zzzzzz', true)).status, 404)
    assert.equal((await write(id, 'yes')).status, 400)
    const body = { is_typing: true }
    assert.equal((await company.call('POST', `/conversations/${id}/typing`, body)).status, 403)
    assert.equal(
      (await company.call('POST', `/conversations/${id}/typing`, body, { token: channel.token() })).status,
      403,
    )
    assert.deepEqual(sentOf('mia'), [])
  })
})

const report = (external: string, is_typing: unknown, of = channel, token = of.token()) =>
  company.call(
    'POST',
    `/channels/${of.id}/typing`,
    { sender: { handle: external, name: 'Ada' }, is_typing, metadata: { external_conversation_id: external } },
    { token },
  )
const open = (cookie: string, url = hub.url) => StreamReader.open(url, { cookie })
const typingIn = (reader: StreamReader) =>
  reader.messages.filter(({ event }) => event === 'typing').map(({ data }) => data)
const hasMessage = (reader: StreamReader, text: string) =>
  reader.messages.some(({ data }) => data.target?.data?.text === text)

describe('a customer who writes', () => {
  it('is shown to every teammate who sees the conversation, and stored nowhere', async () => {
    const id = await conversation('ivo')
    const before = await lastEvent()
    const readers = await Promise.all([noor, ben, stranger].map((cookie) => open(cookie)))
    const [mine, bens, strangers] = readers as [StreamReader, StreamReader, StreamReader]
    assert.deepEqual((await report('ivo', true)).body, { status: 'accepted' })
    assert.equal((await report('ivo', false)).status, 202)
    for (const reader of [mine, bens]) {
      await reader.until(() => typingIn(reader).length === 2)
      const frame = { conversation_id: id, sender: { handle: 'ivo', name: 'Ada' } }
      assert.deepEqual(typingIn(reader), [
        { ...frame, is_typing: true },
        { ...frame, is_typing: false },
      ])
    }
    assert.equal(await lastEvent(), before)
    assert.deepEqual(typingIn(strangers), [])
    for (const reader of readers) reader.close()
  })

  it('is not shown to a teammate who does not see the inbox', async () => {
    const id = await conversation('kim')
    const { body: inbox } = await company.call(
      'POST',
      '/inboxes',
      { name: 'Closed', is_public: false },
      { headers: { prefer: 'return=representation' } },
    )
    await company.call('PATCH', `/conversations/${id}`, { inbox_id: inbox.id })
    const outside = await open(ben)
    await conversation('pia')
    await report('kim', true)
    await report('pia', true)
    await outside.until(() => typingIn(outside).length > 0)
    assert.deepEqual(
      typingIn(outside).map(({ sender }) => sender.handle),
      ['pia'],
    )
    outside.close()
  })

  it('is shown in the browsers of every hub', async (t) => {
    await conversation('zoé & co: 1')
    const db = openDatabase({ connection: { connectionString: hub.db.url } })
    const address = { PORT: String(await freePort()), PUBLIC_URL: hub.url }
    const settings = readSettings({ ...address, PORTICO_DEMO: '0', LOG_LEVEL: 'silent' })
    const other = await startHub({ settings, db, sealer: makeSealer(testMasterKey), log: pino({ level: 'silent' }) })
    t.after(async () => {
      await other.close()
      await db.close()
    })
    const reader = await open(noor, other.url)
    await report('zoé & co: 1', true)
    await reader.until(() => typingIn(reader).length === 1)
    assert.equal(typingIn(reader)[0].sender.handle, 'zoé & co: 1')
    reader.close()
  })

  it('is one notice a moment, however often it is reported', async () => {
    const reader = await open(noor)
    await conversation('max')
    await Promise.all(Array.from({ length: 60 }, () => report('max', true)))
    await channel.push({ body: 'After the flood', externalId: 'after-flood', conversation: 'max', handle: 'max' })
    await reader.until(() => hasMessage(reader, 'After the flood'))
    assert.equal(typingIn(reader).length, 1)
    reader.close()
  })

  it('is refused for what is not of this channel, and without the capability', async () => {
    assert.equal((await report('nobody', true)).status, 404)
    await conversation('tom', plain)
    assert.equal((await report('tom', true)).status, 404)
    assert.equal((await report('ivo', true, channel, plain.token())).status, 403)
    assert.equal((await report('ivo', true, channel, company.token)).status, 403)
    assert.equal((await report('ivo', 'yes')).status, 400)
    const off = await report('tom', true, plain)
    assert.deepEqual([off.status, off.body._error.code], [400, 'capability_off'])
    await company.call('PATCH', `/channel_types/${plain.typeUid}`, { capabilities: ['typing'] })
    assert.equal((await report('tom', true, plain)).status, 202)
    await company.call('PATCH', `/channel_types/${plain.typeUid}`, { capabilities: [] })
    assert.equal((await report('tom', true, plain)).status, 400)
  })
})
