import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import pino from 'pino'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer as json } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub, testMasterKey } from '../../../../tests/harness/hub.ts'
import { startHub } from '../main.ts'
import { makeSealer } from '../secrets/sealer.ts'
import { readSettings } from '../settings/settings.ts'

let hub: TestHub
before(async () => {
  hub = await startTestHub()
})
after(() => hub.close())

const seconds = (offset = 0) => Math.floor(Date.now() / 1_000) + offset

function forge(channel: TestChannel, claims: object, secret = channel.secret): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const all = { iss: channel.typeUid, jti: 'j', sub: channel.id, exp: seconds(20), iat: seconds(), ...claims }
  const signed = `${part({ alg: 'HS256' })}.${part(all)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

let pushed = 0
async function push(channel: TestChannel, token: string, url = hub.url): Promise<[number, string | undefined]> {
  const external_id = `m-${pushed++}`
  const body = { sender: { handle: 'ivo' }, body: 'x', metadata: { external_id, external_conversation_id: 'ivo' } }
  const answer = await hub.through(url).call('POST', `/channels/${channel.id}/inbound_messages`, body, { token })
  return [answer.status, answer.body?._error?.code]
}

const report = async (id: string) => (await hub.call('GET', `/channels/${id}/health_report`)).body

/** The report, when the hub has stored what it saw. */
async function untilReport(id: string, holds: (body: any) => boolean) {
  for (let tries = 0; tries < 300; tries++) {
    const body = await report(id)
    if (holds(body)) return body
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail(`the report stays: ${JSON.stringify(await report(id))}`)
}

const failuresOf = (body: any) =>
  Object.fromEntries(body.token_failures.map(({ code, count }: { code: string; count: number }) => [code, count]))
const total = (body: any) => body.token_failures.reduce((sum: number, { count }: { count: number }) => sum + count, 0)
const clockOf = (body: any, by: string) => body.clocks.find((clock: any) => clock.measured_by === by)

async function channelOf(t: { after(fn: () => Promise<void>): void }, type = {}) {
  const channel = await addTestChannel(hub, { type })
  t.after(() => channel.server.stop())
  return channel
}

describe('refused tokens of a channel', () => {
  it('are counted by their code, with the last time; those of other channels and of none are not', async (t) => {
    const channel = await channelOf(t, { single_use_tokens: true })
    const quiet = await channelOf(t)
    const once = forge(channel, {})
    const tries: [string, number, string | undefined][] = [
      [once, 202, undefined],
      [once, 401, 'token_replayed'],
      [forge(channel, { exp: seconds(-90), iat: seconds(-110) }), 401, 'token_expired'],
      [forge(channel, { exp: seconds(-90), iat: seconds(-110) }), 401, 'token_expired'],
      [forge(channel, { exp: seconds(900) }), 401, 'token_lifetime_too_long'],
      [forge(channel, { nbf: seconds(200) }), 401, 'token_not_yet_valid'],
      [forge(channel, {}, 'another-secret-000000000000000000'), 401, 'invalid_token'],
      [forge(channel, { iss: 'app_other' }), 401, 'invalid_token'],
      [forge(channel, { jti: undefined }), 401, 'invalid_token'],
    ]
    for (const [token, ...expected] of tries) assert.deepEqual(await push(channel, token), expected)
    const body = await untilReport(channel.id, (body) => total(body) === 8)
    assert.deepEqual(failuresOf(body), {
      ...{ token_replayed: 1, token_expired: 2, token_lifetime_too_long: 1, token_not_yet_valid: 1 },
      ...{ invalid_token: 2, wrong_issuer: 1 },
    })
    for (const { last_at } of body.token_failures) assert.ok(Math.abs(last_at - seconds()) < 60)
    assert.deepEqual((await report(quiet.id)).token_failures, [])
  })

  it('make no row for channels that do not exist, however many are named', async (t) => {
    const channel = await channelOf(t)
    const made = async () => {
      const rows = await hub.db.query<{ n: number }>(
        'test_rows',
        `select ((select count(*) from channel_token_failures) + (select count(*) from channel_clocks)
          + (select count(*) from channel_type_secret_uses))::integer as n`,
      )
      return rows[0]?.n ?? 0
    }
    const before = await made()
    const subs = Array.from({ length: 400 }, (_, index) =>
      publicId('cha', hub.companyId + (index % 3), 900_000 + index),
    )
    const odd = ['cha_', 'x', '\u0000', 'cha_zzzzzzzzzzzzz', 'x'.repeat(10_000), channel.id.toUpperCase()]
    for (const sub of [...subs, ...odd]) {
      const answered = await push(
        channel,
        forge(channel, { sub, iat: 1 }, `made-up-${sub.slice(0, 30)}`.padEnd(32, '0')),
      )
      assert.equal(answered[0], 401)
    }
    assert.deepEqual(await push(channel, forge(channel, {}, 'w'.repeat(32))), [401, 'invalid_token'])
    await untilReport(channel.id, (body) => total(body) === 1)
    assert.equal((await made()) - before, 1)
  })

  const startOther = () => {
    const settings = readSettings({ PORT: '0', PORTICO_DEMO: '0' })
    return startHub({ settings, db: hub.db, sealer: makeSealer(testMasterKey), log: pino({ level: 'silent' }) })
  }

  it('are stored when the hub stops', async (t) => {
    const channel = await channelOf(t)
    const other = await startOther()
    await push(channel, forge(channel, {}, 'x'.repeat(32)), other.url)
    await other.close()
    assert.equal(total(await report(channel.id)), 1)
  })

  it('of two hubs at once are added up', async (t) => {
    const channel = await channelOf(t)
    const other = await startOther()
    t.after(() => other.close())
    const bad = () => forge(channel, {}, 'x'.repeat(32))
    await Promise.all(Array.from({ length: 40 }, (_, index) => push(channel, bad(), index % 2 ? hub.url : other.url)))
    const body = await untilReport(channel.id, (body) => total(body) >= 40)
    assert.deepEqual(failuresOf(body), { invalid_token: 40 })
  })
})

describe('the clock of a channel’s server', () => {
  it('is measured by its tokens: also by those that are refused for it, and not by one that is used again', async (t) => {
    const channel = await channelOf(t)
    assert.equal((await report(channel.id)).clocks.length, 0)
    const reused = forge(channel, { iat: seconds(-50), exp: seconds(200) })
    assert.equal((await push(channel, forge(channel, {})))[0], 202)
    const good = await untilReport(channel.id, (body) => clockOf(body, 'tokens') !== undefined)
    assert.equal((await push(channel, reused))[0], 202)
    const usedAt = good.secrets[0].last_verified_at
    const later = await untilReport(channel.id, ({ secrets }) => secrets[0].last_verified_at > usedAt)
    assert.deepEqual([clockOf(good, 'tokens').ahead_seconds, clockOf(later, 'tokens').ahead_seconds], [0, 0])
    assert.equal((await push(channel, forge(channel, { iat: seconds(400), exp: seconds(420) })))[0], 401)
    const ahead = await untilReport(channel.id, (body) => clockOf(body, 'tokens').ahead_seconds !== 0)
    assert.ok(Math.abs(clockOf(ahead, 'tokens').ahead_seconds - 400) < 30)
    assert.equal(clockOf(ahead, 'answers'), undefined)
  })

  it('behind by more than a token lives is told by the tokens that have expired', async (t) => {
    const channel = await channelOf(t)
    const late = forge(channel, { iat: seconds(-500), exp: seconds(-480) })
    assert.deepEqual(await push(channel, late), [401, 'token_expired'])
    const body = await untilReport(channel.id, ({ clocks }) => clocks.length > 0)
    assert.ok(Math.abs(clockOf(body, 'tokens').ahead_seconds + 500) < 30)
    // an old token that somebody sends again does not put it back
    await push(channel, forge(channel, { iat: seconds(), exp: seconds(20) }))
    await untilReport(channel.id, (report) => clockOf(report, 'tokens').ahead_seconds === 0)
    await push(channel, late)
    await untilReport(channel.id, (report) => failuresOf(report).token_expired === 2)
    assert.equal(clockOf(await report(channel.id), 'tokens').ahead_seconds, 0)
  })

  it('is measured by the Date of its answers, and one without is none', async (t) => {
    const channel = await channelOf(t)
    channel.server.behave = (_, response) => {
      response.setHeader('date', new Date(Date.now() - 360_000).toUTCString())
      json(response, 200, { type: 'success', external_id: 'x', external_conversation_id: 'y' })
    }
    const sent = await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['ivo'], body: 'Hi' })
    assert.equal(sent.status, 202)
    const body = await untilReport(channel.id, ({ clocks }) => clocks.length > 0)
    assert.ok(Math.abs(clockOf(body, 'answers').ahead_seconds + 360) < 30)
    assert.ok(body.secrets[0].last_signed_at > seconds(-60))
  })
})

describe('the secrets of a channel type', () => {
  it('say when they last verified a token and signed, through a rotation', async (t) => {
    const channel = await channelOf(t)
    const [fresh] = (await report(channel.id)).secrets
    assert.deepEqual([fresh.last_verified_at, fresh.last_signed_at], [null, null])
    await push(channel, forge(channel, {}))
    await untilReport(channel.id, ({ secrets }) => secrets[0].last_verified_at !== null)
    const rotated = await hub.call('POST', `/channel_types/${channel.typeUid}/rotate_secret`)
    const { secret } = rotated.body
    const [pending, current] = (await report(channel.id)).secrets
    assert.deepEqual([pending.state, pending.last_verified_at, current.state], ['new', null, 'current'])
    assert.ok(current.last_verified_at > seconds(-60))
    await push(channel, forge(channel, {}, secret))
    await untilReport(channel.id, ({ secrets }) => secrets[0].last_verified_at !== null)
    const type = (await hub.call('GET', `/channel_types/${channel.typeUid}`)).body
    assert.equal(type.secrets[0].last_verified_at, (await report(channel.id)).secrets[0].last_verified_at)
    assert.equal(type.secrets[0].last_signed_at, null)
  })
})
