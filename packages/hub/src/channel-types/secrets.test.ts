import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { issueChannelToken, verify } from '@portico/protocol'
import pino from 'pino'
import { addTestChannel, inbound, type TestChannel } from '../../../../tests/harness/channel.ts'
import { dumpTables } from '../../../../tests/harness/dump.ts'
import { startTestHub, type TestHub, testMasterKey } from '../../../../tests/harness/hub.ts'
import { type Hub, startHub } from '../main.ts'
import { makeSealer } from '../secrets/sealer.ts'
import { readSettings } from '../settings/settings.ts'

let hub: TestHub
let second: Hub
before(async () => {
  hub = await startTestHub()
  const settings = { ...readSettings({ PORTICO_DEMO: '0' }), port: 0 }
  second = await startHub({ settings, db: hub.db, sealer: makeSealer(testMasterKey), log: pino({ level: 'silent' }) })
})
after(async () => {
  await second?.close()
  await hub?.close()
})

let count = 0

/** The answers of two hubs on one database to a channel token signed with this secret. */
async function answersTo(channel: TestChannel, secret: string): Promise<number[]> {
  const statuses: number[] = []
  for (const url of [hub.url, second.url]) {
    const token = issueChannelToken({ secret, uid: channel.typeUid, channelId: channel.id })
    const response = await fetch(`${url}/channels/${channel.id}/inbound_messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(inbound({ body: 'hello', externalId: `m-${count++}` })),
    })
    await response.arrayBuffer()
    statuses.push(response.status)
  }
  return statuses
}

/** Waits until every hub accepts a new secret: within a second after the first token that is signed with it. */
async function assertAccepted(channel: TestChannel, secret: string): Promise<void> {
  const patience = Date.now() + 3_000
  while ((await answersTo(channel, secret)).some((status) => status !== 202)) {
    assert(Date.now() < patience, 'the new secret is not accepted')
    await setTimeout(100)
  }
}

async function create(channel: TestChannel): Promise<string> {
  const { status, body } = await hub.call('POST', `/channel_types/${channel.typeUid}/rotate_secret`)
  assert.equal(status, 200)
  return body.secret
}

async function sign(channel: TestChannel): Promise<number> {
  const { status, body } = await hub.call('POST', `/channel_types/${channel.typeUid}/secrets/new/sign`)
  assert.equal(status, 200, JSON.stringify(body))
  return body.previous_expires_at
}

async function rotate(channel: TestChannel) {
  return { secret: await create(channel), previous_expires_at: await sign(channel) }
}

const states = async (channel: TestChannel) =>
  (await hub.call('GET', `/channel_types/${channel.typeUid}`)).body.secrets.map(
    (secret: { state: string }) => secret.state,
  )

function isSignedBy(request: TestChannel['server']['received'][number] | undefined, secret: string): boolean {
  return verify({
    secrets: [secret],
    timestamp: String(request?.headers['x-front-request-timestamp']),
    signature: String(request?.headers['x-front-signature']),
    body: request?.raw ?? '',
  }).ok
}

describe('a new secret', () => {
  it('verifies at once and signs after its activation: a server that checks signatures never refuses (47)', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const conversation = await startConversation(channel)
    const reply = async () => {
      const { length } = channel.server.received
      const sent = await hub.call('POST', `/conversations/${conversation}/messages`, { body: `reply ${length}` })
      assert.equal(sent.status, 202, JSON.stringify(sent.body))
      await channel.server.until(() => channel.server.received.length > length)
      return channel.server.received.at(-1)
    }
    assert(isSignedBy(await reply(), channel.secret))
    const secret = await create(channel)
    assert.deepEqual(await states(channel), ['new', 'current'])
    await assertAccepted(channel, secret)
    assert.deepEqual(await answersTo(channel, channel.secret), [202, 202])
    assert(isSignedBy(await reply(), channel.secret))
    await sign(channel)
    assert.deepEqual(await states(channel), ['current', 'previous'])
    assert.deepEqual(await answersTo(channel, channel.secret), [202, 202])
    await hub.call('DELETE', `/channels/${channel.id}`)
    await channel.server.until(() => channel.server.received.at(-1)?.body.type === 'delete')
    assert(isSignedBy(channel.server.received.at(-1), secret))
  })

  it('signs no request of any kind before its activation (47)', async (t) => {
    const channel = await addTestChannel(hub, { type: { wants_message_imported: true } })
    t.after(() => channel.server.stop())
    const { received } = channel.server
    await channel.server.until(() => received.length === 1)
    const conversation = await startConversation(channel)
    await channel.server.until(() => received.length === 2)
    const secret = await create(channel)
    await hub.call('POST', `/conversations/${conversation}/messages`, { body: 'reply' })
    const another = { type: 'custom', application_uid: channel.typeUid }
    assert.equal((await hub.call('POST', `/inboxes/${hub.inbox}/channels`, another)).status, 204)
    assert.equal((await channel.push({ body: 'hello', externalId: `m-${count++}` })).status, 202)
    await channel.server.until(() => received.length === 5)
    await hub.call('DELETE', `/channels/${channel.id}`)
    await channel.server.until(() => received.length === 6)
    const sent = received.slice(2)
    assert.deepEqual(sent.map(({ body }) => body.type).sort(), [
      'authorization',
      'delete',
      'message',
      'message_imported',
    ])
    for (const request of sent)
      assert(
        isSignedBy(request, channel.secret) && !isSignedBy(request, secret),
        `${request.body.type} is signed with the new one`,
      )
  })

  it('made twice is the second one; the first is forgotten, and what signs stays', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const [lost, secret] = [await create(channel), await create(channel)]
    assert.deepEqual(await states(channel), ['new', 'current'])
    await assertAccepted(channel, secret)
    assert.deepEqual(await answersTo(channel, lost), [401, 401])
    assert.deepEqual(await answersTo(channel, channel.secret), [202, 202])
  })

  it('can be forgotten before it signs, and signs only once', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const path = `/channel_types/${channel.typeUid}/secrets/new`
    const secret = await create(channel)
    assert.equal((await hub.call('DELETE', path)).status, 204)
    assert.deepEqual(await answersTo(channel, secret), [401, 401])
    const refused = await hub.call('POST', `${path}/sign`)
    assert.deepEqual([refused.status, refused.body._error.code], [409, 'no_new_secret'])
    await rotate(channel)
    assert.equal((await hub.call('POST', `${path}/sign`)).status, 409)
    assert.deepEqual(await states(channel), ['current', 'previous'])
  })

  it('does not end the one before the current one, until it signs', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    await rotate(channel)
    await create(channel)
    assert.deepEqual(await states(channel), ['new', 'current', 'previous'])
    assert.deepEqual(await answersTo(channel, channel.secret), [202, 202])
    assert.equal((await hub.call('DELETE', `/channel_types/${channel.typeUid}/secrets/previous`)).status, 204)
    assert.deepEqual(await states(channel), ['new', 'current'])
  })
})

async function startConversation(channel: TestChannel): Promise<string> {
  const { status } = await channel.push({ body: 'hello', externalId: `m-${count++}` })
  assert.equal(status, 202)
  const { body } = await hub.call('GET', `/conversations`)
  return body._results[0].id
}

describe('a rotated secret', () => {
  it('works beside the one before it for 24 hours; the one before that ends at once, in every hub', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    assert.deepEqual(await answersTo(channel, channel.secret), [202, 202])
    const { secret, previous_expires_at } = await rotate(channel)
    assert.match(secret, /^[0-9a-f]{64}$/)
    assert.notEqual(secret, channel.secret)
    assert(Math.abs(previous_expires_at - Date.now() / 1000 - 86_400) < 60)
    await assertAccepted(channel, secret)
    assert.deepEqual(await answersTo(channel, channel.secret), [202, 202])
    const { body: type } = await hub.call('GET', `/channel_types/${channel.typeUid}`)
    assert.deepEqual(
      type.secrets.map((secret: { expires_at: number | null }) => secret.expires_at),
      [null, previous_expires_at],
    )
    const { secret: third } = await rotate(channel)
    assert.deepEqual(await answersTo(channel, channel.secret), [401, 401])
    assert.deepEqual(await answersTo(channel, secret), [202, 202])
    await assertAccepted(channel, third)
  })

  it('signs as soon as it is activated', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const { secret } = await rotate(channel)
    await hub.call('DELETE', `/channels/${channel.id}`)
    await channel.server.until(() => channel.server.received.length === 2)
    const [first, last] = channel.server.received
    assert(isSignedBy(first, channel.secret) && !isSignedBy(first, secret))
    assert(isSignedBy(last, secret) && !isSignedBy(last, channel.secret))
  })

  it('can be made the only one early', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const { secret } = await rotate(channel)
    assert.equal((await hub.call('DELETE', `/channel_types/${channel.typeUid}/secrets/previous`)).status, 204)
    assert.deepEqual(await answersTo(channel, channel.secret), [401, 401])
    await assertAccepted(channel, secret)
    assert.equal((await hub.call('DELETE', `/channel_types/${channel.typeUid}/secrets/previous`)).status, 204)
    assert.deepEqual(await answersTo(channel, secret), [202, 202])
  })
})

describe('secrets at rest', () => {
  it('are nowhere in the database as they are, nor are the credentials of channels', async (t) => {
    const credential = 'tok_Zr81-acme-very-secret'
    const channel = await addTestChannel(hub, { type: { auth_type: 'none' } })
    t.after(() => channel.server.stop())
    const { body: type } = await hub.call('POST', '/channel_types', {
      name: 'Keyed',
      server_url: channel.server.url,
      auth_type: 'api_key',
    })
    const added = await hub.call('POST', `/inboxes/${hub.inbox}/channels`, {
      type: 'custom',
      application_uid: type.uid,
      credentials: { api_key: credential },
    })
    assert.equal(added.status, 204)
    const { secret } = await rotate(channel)
    const dump = await dumpTables(hub.db)
    assert(dump.includes(channel.typeUid))
    for (const plain of [channel.secret, secret, type.secret, credential]) {
      for (const form of [
        plain,
        Buffer.from(plain).toString('hex'),
        Buffer.from(plain).toString('base64').slice(0, -4),
      ]) {
        assert.equal(dump.includes(form), false)
      }
    }
  })
})
