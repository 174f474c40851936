import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { issueChannelToken, verify } from '@portico/protocol'
import pino from 'pino'
import { addTestChannel, inbound, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub, testMasterKey } from '../../../../tests/harness/hub.ts'
import { type Hub, startHub } from '../main.ts'
import { makeSealer } from '../secrets/sealer.ts'
import { readSettings } from '../settings.ts'

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

/** What each of two hubs, on one database, answers to a channel token signed with this secret. */
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

/** A secret that was just made is known to every hub within a second of the first token that is signed with it. */
async function assertAccepted(channel: TestChannel, secret: string): Promise<void> {
  const patience = Date.now() + 3_000
  while ((await answersTo(channel, secret)).some((status) => status !== 202)) {
    assert(Date.now() < patience, 'the new secret is not accepted')
    await setTimeout(100)
  }
}

async function rotate(channel: TestChannel) {
  const { status, body } = await hub.call('POST', `/channel_types/${channel.typeUid}/rotate_secret`)
  assert.equal(status, 200)
  return body as { secret: string; previous_expires_at: number }
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
      type.secrets.map((one: { expires_at: number | null }) => one.expires_at),
      [null, previous_expires_at],
    )
    const { secret: third } = await rotate(channel)
    assert.deepEqual(await answersTo(channel, channel.secret), [401, 401])
    assert.deepEqual(await answersTo(channel, secret), [202, 202])
    await assertAccepted(channel, third)
  })

  it('signs at once', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const { secret } = await rotate(channel)
    await hub.call('DELETE', `/channels/${channel.id}`)
    await channel.server.until(() => channel.server.received.length === 2)
    const [first, last] = channel.server.received
    const signed = (one: typeof first, by: string) =>
      verify({
        secrets: [by],
        timestamp: String(one?.headers['x-front-request-timestamp']),
        signature: String(one?.headers['x-front-signature']),
        body: one?.raw ?? '',
      }).ok
    assert(signed(first, channel.secret) && !signed(first, secret))
    assert(signed(last, secret) && !signed(last, channel.secret))
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
    const dump = await dumpTables(hub)
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

async function dumpTables({ db }: TestHub): Promise<string> {
  const tables = await db.query<{ name: string }>(
    'test_tables',
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const dumps = await Promise.all(
    tables.map(({ name }) => db.pool.query(`select coalesce(string_agg(t::text, e'\n'), '') as dump from ${name} t`)),
  )
  return dumps.map(({ rows }) => rows[0].dump).join('\n')
}
