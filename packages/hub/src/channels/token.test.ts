import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { issueChannelToken, publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { additionalDataOfSecret, rotateSecret, signWithNewSecret } from '../channel-types/secrets.ts'
import type { Database } from '../db/database.ts'
import { makeAuthenticateChannel } from './token.ts'

let hub: EmptyHub
let acme: StaffedCompany
let other: StaffedCompany

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  other = await hub.addStaffedCompany('other')
})
after(() => hub.close())

let count = 0
const push = (as: string | undefined, { to = acme, id = `t-${count++}`, headers = {} } = {}) =>
  hub.request('POST', `/channels/${to.channelPublicId}/inbound_messages`, {
    as,
    headers,
    body: { sender: { handle: 'h' }, body: 'x', metadata: { external_id: id, external_conversation_id: 't' } },
  })

async function refused(as: string | undefined, status: number, code: string, options?: Parameters<typeof push>[1]) {
  const answer = await push(as, options)
  assert.deepEqual([answer.status, answer.body?._error?.code], [status, code], answer.text)
  return answer
}

const forge = (
  company: StaffedCompany,
  claims: object,
  header: object = { alg: 'HS256' },
  secret = company.channelSecret,
) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const signed = `${part(header)}.${part({ iss: company.typeUid, jti: 'j', sub: company.channelPublicId, exp: now + 20, ...claims })}`
  return `Bearer ${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset
const sql = async (text: string, ...values: unknown[]) => (await hub.db.pool.query(text, values)).rows

test('a request without a bearer token gets 401 missing_token, with the scheme to use', async () => {
  for (const as of [undefined, 'Basic YTpi']) {
    const answer = await refused(as, 401, 'missing_token')
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
  }
})

test('a token is invalid unless it is exactly HS256 with the required claims', async () => {
  for (const header of [
    { alg: 'none' },
    { alg: 'nOnE' },
    { alg: 'HS512' },
    { alg: 'RS256' },
    { alg: 'HS256', crit: ['x'] },
  ]) {
    await refused(forge(acme, {}, header), 401, 'invalid_token')
  }
  for (const claims of [
    { jti: undefined },
    { jti: '' },
    { jti: {} },
    { jti: 'x'.repeat(129) },
    { jti: 'a\0b' },
    { jti: '\ud800' },
    { exp: undefined },
    { exp: '9' },
    { sub: 7 },
  ]) {
    await refused(forge(acme, claims), 401, 'invalid_token')
  }
})

/** A token over raw JSON. */
const forgeRaw = (payload: string, header = '{"alg":"HS256"}') => {
  const part = (text: string | Buffer) => Buffer.from(text).toString('base64url')
  const signed = `${part(header)}.${part(payload)}`
  return `Bearer ${signed}.${createHmac('sha256', acme.channelSecret).update(signed).digest('base64url')}`
}

test('a token with a repeated key is refused, in any spelling and position', async () => {
  const claims = JSON.stringify({ iss: acme.typeUid, jti: 'j', sub: acme.channelPublicId, exp: seconds(20) })
  const also = (more: string) => `${claims.slice(0, -1)},${more}}`
  for (const more of [
    '"aud":"x"',
    '"iat":1',
    '"x":{"exp":1,"sub":2}',
    '"x":[{"a":1},{"a":1}]',
    '"x":"\\"exp\\":1"',
    '"EXP":1',
  ]) {
    assert.equal((await push(forgeRaw(also(more)))).status, 202, more)
  }
  const twice = [
    ...['"exp":1', `"exp":${seconds(20)}`, `"sub":"${acme.channelPublicId}"`, '"sub":"x"', `"iss":"${acme.typeUid}"`],
    ...['"jti":"k"', '"\\u0065xp":1', '"\\u0065\\u0078\\u0070" : 1', '"s\\u0075b":"x"', '"e\\u0078p"\n:1'],
    ...['"nbf":1,"nbf":1', '"iat":1,"iat":2', '"x":{"a":1,"a":2}', '"x":[[{"a":{"b":1,"\\u0062":2}}]]', '"":1,"":2'],
    ...['"__proto__":1,"__proto__":2', '"a\\/b":1,"a/b":2', '"x":{"}":1,"}":2}'],
  ]
  for (const more of twice) await refused(forgeRaw(also(more)), 401, 'invalid_token')
  for (const header of [
    '{"alg":"none","alg":"HS256"}',
    '{"alg":"HS256","\\u0061lg":"HS256"}',
    '{"alg":"HS256","typ":"a","typ":"b"}',
  ]) {
    await refused(forgeRaw(claims, header), 401, 'invalid_token')
  }
})

test('each time claim of a token has an error code of its own', async () => {
  await refused(forge(acme, { exp: seconds(31_536_000) }), 401, 'token_lifetime_too_long')
  await refused(forge(acme, { exp: seconds(-62) }), 401, 'token_expired')
  await refused(forge(acme, { nbf: seconds(63) }), 401, 'token_not_yet_valid')
  for (const claims of [{ exp: seconds(-58) }, { nbf: seconds(58) }])
    assert.equal((await push(forge(acme, claims))).status, 202)
})

test('the issuer is the type, by its uid or its numeric alias, as a number or a text', async () => {
  const company = await hub.addStaffedCompany('alias')
  await sql('update channel_types set numeric_alias = 4242 where company_id = $1', company.companyId)
  for (const iss of [4242, '4242', company.typeUid]) {
    assert.equal((await push(forge(company, { iss }), { to: company })).status, 202)
  }
  await refused(forge(company, { iss: 4243 }), 401, 'invalid_token', { to: company })
  await refused(forge(company, { iss: other.typeUid }), 401, 'invalid_token', { to: company })
  await refused(forge(company, {}, { alg: 'HS256' }, other.channelSecret), 401, 'invalid_token', { to: company })
})

test('a token is valid for its own channel only', async () => {
  await refused(forge(acme, { sub: other.channelPublicId }), 401, 'invalid_token', { to: other })
  await refused(acme.channelToken(), 404, 'not_found', { to: other })
  const sibling = {
    ...acme,
    channelPublicId: `cha_${(Number.parseInt(acme.channelPublicId.slice(4), 36) + 2 ** 20).toString(36)}`,
  }
  await refused(acme.channelToken(), 403, 'forbidden', { to: sibling })
  await refused(acme.channelToken(), 403, 'forbidden', { to: { ...acme, channelPublicId: 'alt:address:another' } })
  const alias = { ...acme, channelPublicId: encodeURIComponent(`alt:address:${acme.channelAddress}`) }
  assert.equal((await push(acme.channelToken(), { to: alias })).status, 202)
})

test('a token may be used again while it lives', async () => {
  const token = acme.channelToken()
  assert.deepEqual([(await push(token)).status, (await push(token)).status], [202, 202])
})

test('a token in the query is ignored', async () => {
  const answer = await hub.request(
    'POST',
    `/channels/${acme.channelPublicId}/inbound_messages?access_token=${acme.channelToken().slice(7)}`,
    { body: {} },
  )
  assert.equal(answer.body._error.code, 'missing_token')
})

test('texts that are not tokens are refused; an endless header is cut off', async () => {
  for (const text of ['', 'x', 'a.b.c', '.'.repeat(200), `${acme.channelToken().slice(7)}x`, 'cha_1..']) {
    const answer = await push(`Bearer ${text}`)
    assert.equal(answer.status, 401, text)
  }
  assert.equal((await push(`Bearer ${'x'.repeat(20_000)}`)).status, 431)
})

test('a single-use token is refused the second time, and a retry with a new token gets the same response', async () => {
  const once = await hub.addStaffedCompany('once')
  await sql('update channel_types set single_use_tokens = true where company_id = $1', once.companyId)
  const token = once.channelToken()
  const first = await push(token, { to: once, id: 'once' })
  assert.equal(first.status, 202, first.text)
  await refused(token, 401, 'token_replayed', { to: once, id: 'once' })
  const retry = await push(once.channelToken(), { to: once, id: 'once' })
  assert.deepEqual([retry.status, retry.text], [202, first.text])

  const shared = once.channelToken()
  const many = await Promise.all(Array.from({ length: 12 }, (_, i) => push(shared, { to: once, id: `many-${i}` })))
  assert.deepEqual(many.map(({ status }) => status).sort(), [202, ...Array(11).fill(401)])

  const reader = once.channelToken()
  const path = `/messages/alt:uid:${first.body.message_uid}`
  assert.equal((await hub.request('GET', path, { as: reader })).status, 200)
  assert.equal((await hub.request('GET', path, { as: reader })).body._error.code, 'token_replayed')
})

test('a single-use token is not spent by a request that is refused before anything is done', async () => {
  const company = await hub.addStaffedCompany('unspent')
  await sql('update channel_types set single_use_tokens = true where company_id = $1', company.companyId)
  const as = company.channelToken()
  const channel = `/channels/${company.channelPublicId}`
  const status = `${channel}/conversations/c/messages/m/status`
  const refusals = [
    await hub.request('GET', '/inboxes', { as }),
    await hub.request('GET', '/rules', { as }),
    await hub.request('PUT', status, { as, body: {} }),
    await hub.request('PUT', status, { as, body: '{' }),
    await hub.request('PUT', status, { as, body: '{}', headers: { 'content-type': 'application/xml' } }),
    await hub.request('PATCH', channel, { as, body: { status: 7 } }),
    await hub.request('POST', `${channel}/inbound_messages`, { as, body: {} }),
  ]
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [403, 501, 400, 400, 415, 400, 400],
  )
  const failed = { status: 'failed' }
  assert.equal((await hub.request('PUT', status, { as, body: failed })).status, 404)
  assert.equal((await hub.request('PUT', status, { as, body: failed })).body._error.code, 'token_replayed')
})

test('a rotated secret is accepted at once, the one before it while it lives, and not a moment longer', async () => {
  const company = await hub.addStaffedCompany('rotates')
  assert.equal((await push(company.channelToken(), { to: company })).status, 202)
  const secret = await rotateSecret({ db: hub.db, sealer: hub.sealer }, company.companyId, company.typeUid)
  const renewed = () =>
    `Bearer ${issueChannelToken({ secret, uid: company.typeUid, channelId: company.channelPublicId })}`
  assert.equal((await push(renewed(), { to: company })).status, 202)
  assert.equal((await push(company.channelToken(), { to: company })).status, 202)
  await signWithNewSecret(hub.db, company.companyId, company.typeUid)
  assert.equal((await push(renewed(), { to: company })).status, 202)
  assert.equal((await push(company.channelToken(), { to: company })).status, 202)
  await sql(
    "update channel_type_secrets set expires_at = now() - interval '1 second' where company_id = $1 and expires_at is not null",
    company.companyId,
  )
  await refused(company.channelToken(), 401, 'invalid_token', { to: company })
  assert.equal((await push(renewed(), { to: company })).status, 202)
})

test('a deleted channel’s tokens are refused at once, also where its secret is cached, and nothing is stored', async () => {
  const company = await hub.addStaffedCompany('deleted')
  assert.equal((await push(company.channelToken(), { to: company, id: 'before' })).status, 202)
  await sql('update channels set deleted_at = now() where company_id = $1', company.companyId)
  const token = company.channelToken()
  await refused(token, 401, 'invalid_token', { to: company, id: 'after' })
  assert.equal((await hub.request('GET', '/messages/msg_1', { as: token })).body._error.code, 'invalid_token')
  assert.deepEqual(
    await sql('select 1 from messages where company_id = $1 and external_id = $2', company.companyId, 'after'),
    [],
  )
})

test('a secret sealed for another row does not open: that is a 500, and the token does not pass', async () => {
  const company = await hub.addStaffedCompany('moved')
  const sealed = hub.sealer.seal(randomBytes(32).toString('hex'), additionalDataOfSecret(company.companyId, 1))
  await sql('update channel_type_secrets set sealed = $2 where company_id = $1', company.companyId, sealed)
  assert.equal((await push(company.channelToken(), { to: company })).status, 500)
})

test('tokens that do not verify make the hub ask the database once a second at most, for a channel that is there or not', async () => {
  const company = await hub.addStaffedCompany('guessed')
  const asked: string[] = []
  const db: Pick<Database, 'query'> = {
    query(name, text, values) {
      asked.push(name)
      return hub.db.query(name, text, values)
    },
  }
  const authenticate = makeAuthenticateChannel({ db, sealer: hub.sealer })
  const nobody = { ...company, channelPublicId: publicId('cha', company.companyId, 9_999) }
  const guess = (at: StaffedCompany) =>
    forge(at, {}, { alg: 'HS256' }, randomBytes(32).toString('hex')).slice('Bearer '.length)
  for (let i = 0; i < 40; i++) {
    await assert.rejects(authenticate(guess(i % 2 ? company : nobody), true), { code: 'invalid_token' })
  }
  assert.ok(asked.length <= 6, `${asked.length} queries`)
})

/** Verifies as on a machine whose clock is wrong by so many seconds. */
async function withClock<T>(secondsOff: number, work: () => Promise<T>): Promise<T> {
  const real = Date.now
  Date.now = () => real() + secondsOff * 1000
  try {
    return await work()
  } finally {
    Date.now = real
  }
}

test('a hub whose clock is wrong verifies tokens by the database’s clock, single-use or not', async () => {
  for (const [off, isSingleUse] of [
    [-55, true],
    [55, true],
    [-55, false],
    [55, false],
    [-7200, false],
  ] as const) {
    const company = await hub.addStaffedCompany(`clock${off}${isSingleUse}`.replace('-', 'm'))
    await sql('update channel_types set single_use_tokens = $2 where company_id = $1', company.companyId, isSingleUse)
    const token = (claims: object) => forge(company, { jti: `j${count++}`, ...claims })
    const tokens = {
      fresh: token({ exp: seconds(20) }),
      long: token({ exp: seconds(295) }),
      late: token({ exp: seconds(-55) }),
      early: token({ exp: seconds(100), nbf: seconds(55) }),
      tooLate: token({ exp: seconds(-65) }),
      tooEarly: token({ exp: seconds(200), nbf: seconds(70) }),
      tooLong: token({ exp: seconds(310) }),
    }
    await withClock(off, async () => {
      const code = async (as: string) => (await push(as, { to: company })).body._error?.code
      for (const kind of ['fresh', 'long', 'late', 'early'] as const) {
        assert.equal(await code(tokens[kind]), undefined, `${kind} at ${off}`)
        assert.equal(await code(tokens[kind]), isSingleUse ? 'token_replayed' : undefined, `${kind} again at ${off}`)
      }
      assert.equal(await code(tokens.tooLate), 'token_expired', `${off}`)
      assert.equal(await code(tokens.tooEarly), 'token_not_yet_valid', `${off}`)
      assert.equal(await code(tokens.tooLong), 'token_lifetime_too_long', `${off}`)
      const reader = { as: tokens.fresh }
      const read = await hub.request('GET', '/messages/alt:uid:none', reader)
      assert.equal(read.body._error.code, isSingleUse ? 'token_replayed' : 'not_found', `${off}`)
    })
  }
})

test('the database’s clock decides which single-use tokens have expired and which rows are deleted', async () => {
  const company = await hub.addStaffedCompany('spends')
  const spend = async (jti: string, offset: number) => {
    const [row] = await sql(
      `select replayed, expired from spend_single_use_tokens(json_build_array(json_build_object(
         'i', 0, 'company_id', $1::bigint, 'channel_id', $2::bigint, 'jti', $3::text, 'exp', extract(epoch from clock_timestamp()) + $4::float8)))`,
      ...[company.companyId, company.channelId, jti, offset],
    )
    return [row.replayed, row.expired]
  }
  assert.deepEqual(await spend('a', 20), [[], []])
  assert.deepEqual(await spend('a', 20), [[0], []])
  assert.deepEqual(await spend('late', -59), [[], []])
  assert.deepEqual(await spend('over', -61), [[], [0]])
  assert.deepEqual(await spend('over', -61), [[], [0]])
  assert.deepEqual(await spend('late', -59), [[0], []])
  await sql(
    "update channel_token_uses set expires_at = now() - interval '10 minutes' where company_id = $1 and jti = 'late'",
    company.companyId,
  )
  await spend('b', 20)
  const kept = await sql('select jti from channel_token_uses where company_id = $1 order by jti', company.companyId)
  assert.deepEqual(
    kept.map(({ jti }) => jti),
    ['a', 'b'],
  )
})

test('a token whose times have fractions is spent like any other', async () => {
  const company = await hub.addStaffedCompany('fractions')
  await sql('update channel_types set single_use_tokens = true where company_id = $1', company.companyId)
  const token = forge(company, { exp: seconds(20) + 0.5 })
  assert.equal((await push(token, { to: company })).status, 202)
  await refused(token, 401, 'token_replayed', { to: company })
})
