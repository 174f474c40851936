import assert from 'node:assert/strict'
import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { jwtVerify, SignJWT } from 'jose'
import vectors from '../vectors/tokens.json' with { type: 'json' }
import { issueChannelToken, readChannelToken, verifyChannelToken } from './tokens.ts'
import * as web from './tokens.web.ts'

const secret = 'test-app-secret-000000000000000001'
const key = createSecretKey(secret, 'utf8')
const uid = 'app_0123456789abcdef'
const seconds = 1767225604
const now = seconds * 1_000
const trust = { keys: [key], issuers: [uid, '4242'], now }
const claims = { iss: uid, jti: 'a1b2c3d4', sub: 'cha_1a2b', exp: seconds + 30 }
const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A token with any header and claims and a valid signature; texts are taken as they are, so that they can be malformed. */
function forge(
  payload: unknown,
  header: unknown = { alg: 'HS256' },
  with_: string | Buffer = secret,
  hash = 'sha256',
): string {
  const signed = `${base64url(header)}.${base64url(payload)}`
  return `${signed}.${createHmac(hash, with_).update(signed).digest('base64url')}`
}

function codeOf(token: string): string {
  const outcome = verifyChannelToken(token, trust)
  return outcome.ok ? 'accepted' : outcome.code
}

const expected: Record<string, string> = { J7: 'token_lifetime_too_long', J10: 'token_expired' }

for (const vector of vectors.filter(({ id }) => id !== 'J8')) {
  test(`${vector.id} has the expected outcome: ${vector.expect}`, () => {
    assert.equal(
      codeOf(vector.token),
      vector.expect === 'accept' ? 'accepted' : (expected[vector.id] ?? 'invalid_token'),
    )
  })
}

test('J8, a public vector: the signature holds, and the token has expired since', () => {
  const token = vectors.find(({ id }) => id === 'J8')?.token ?? ''
  const known = { keys: [createSecretKey('front_swchan_app_secret', 'utf8')], issuers: ['front_swchan_app_id'] }
  assert.deepEqual(verifyChannelToken(token, { ...known, now: 1673352000_000 }), {
    ok: true,
    claims: { iss: 'front_swchan_app_id', jti: 'abcd', sub: 'fchan1', exp: 1673352030 },
  })
  assert.deepEqual(verifyChannelToken(token, { ...known, now }), { ok: false, code: 'token_expired' })
})

test('jose accepts what we issue, and we accept what jose issues', async () => {
  for (const token of [
    issueChannelToken({ secret, uid, channelId: 'cha_1a2b', now }),
    issueChannelToken({ secret: key, uid, channelId: 'cha_1a2b', now, jti: 'mine', lifetimeSeconds: 5 }),
    await web.issueChannelToken({ secret, uid, channelId: 'cha_1a2b', now }),
  ]) {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      currentDate: new Date(now),
      issuer: uid,
    })
    assert.equal(protectedHeader.alg, 'HS256')
    assert.equal(payload.sub, 'cha_1a2b')
    assert.deepEqual(verifyChannelToken(token, trust), { ok: true, claims: payload })
  }
  const joses = await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key)
  assert.equal(codeOf(joses), 'accepted')
})

test('Node and the Web issue the same token', async () => {
  const token = { secret, uid, channelId: 'cha_1a2b', now, jti: 'é🔑' }
  assert.equal(await web.issueChannelToken(token), issueChannelToken(token))
})

test('a new token lives 20 s, and no two are alike', () => {
  const [a, b] = [0, 1].map(() => readChannelToken(issueChannelToken({ secret, uid, channelId: 'cha_1a2b', now })))
  assert.equal(a?.exp, seconds + 20)
  assert.notEqual(a?.jti, b?.jti)
})

test('alg none is refused in any spelling, with or without a signature', () => {
  for (const alg of ['none', 'None', 'nOnE', '', null, ['HS256'], 'hs256']) {
    const token = forge(claims, { alg, typ: 'JWT' })
    assert.equal(codeOf(token), 'invalid_token')
    assert.equal(codeOf(token.slice(0, token.lastIndexOf('.') + 1)), 'invalid_token')
  }
})

test('another algorithm, with a valid HMAC of ours or of its own', () => {
  for (const [alg, hash] of [
    ['RS256', 'sha256'],
    ['ES256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])
    for (const used of ['sha256', hash]) assert.equal(codeOf(forge(claims, { alg }, secret, used)), 'invalid_token')
})

test('the text of a public key does not pass for a secret', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  for (const text of [pem, `\n${pem}`, pem.toString().trim()])
    assert.equal(codeOf(forge(claims, { alg: 'HS256' }, text)), 'invalid_token')
})

test('an unknown critical header', () => {
  for (const crit of [['exp'], [], null, 'b64'])
    assert.equal(codeOf(forge(claims, { alg: 'HS256', crit })), 'invalid_token')
})

test('an expiry that is missing, not a number, endless, negative, or in milliseconds', () => {
  const { exp: _, ...endless } = claims
  assert.equal(codeOf(forge(endless)), 'invalid_token')
  assert.equal(codeOf(forge(JSON.stringify(claims).replace(String(claims.exp), '1e400'))), 'invalid_token')
  for (const exp of [String(claims.exp), null, -1, true, [claims.exp]])
    assert.equal(codeOf(forge({ ...claims, exp })), 'invalid_token')
  assert.equal(codeOf(forge({ ...claims, exp: now + 30_000 })), 'token_lifetime_too_long')
})

test('an expiry more than 300 s ahead', () => {
  assert.equal(codeOf(forge({ ...claims, exp: seconds + 300 })), 'accepted')
  assert.equal(codeOf(forge({ ...claims, exp: seconds + 301 })), 'token_lifetime_too_long')
  assert.equal(codeOf(forge({ ...claims, exp: seconds + 31_536_000 })), 'token_lifetime_too_long')
})

test('clocks may differ by 60 s, and not by 61', () => {
  for (const good of [{ exp: seconds - 59 }, { exp: seconds - 60 }, { nbf: seconds + 59 }, { iat: seconds + 59 }])
    assert.equal(codeOf(forge({ ...claims, ...good })), 'accepted')
  assert.equal(codeOf(forge({ ...claims, exp: seconds - 61 })), 'token_expired')
  for (const early of [{ nbf: seconds + 61 }, { iat: seconds + 61 }])
    assert.equal(codeOf(forge({ ...claims, ...early })), 'token_not_yet_valid')
  for (const odd of [{ nbf: 'soon' }, { iat: null }, { iat: -1 }])
    assert.equal(codeOf(forge({ ...claims, ...odd })), 'invalid_token')
})

test('the issuer may be a number or a text, but only the channel type’s own', () => {
  for (const iss of [uid, 4242, '4242']) assert.equal(codeOf(forge({ ...claims, iss })), 'accepted')
  for (const iss of ['app_of_another', 4243, 4242.5, '', null, [uid], { uid }, `${uid} `])
    assert.equal(codeOf(forge({ ...claims, iss })), 'invalid_token')
  assert.equal(codeOf(forge(claims, { alg: 'HS256' }, 'the-secret-of-another-type-00000000')), 'invalid_token')
})

test('a jti that is missing, empty, a text that cannot be stored, or longer than 128', () => {
  const { jti: _, ...without } = claims
  assert.equal(codeOf(forge(without)), 'invalid_token')
  for (const jti of ['', {}, 7, null, 'x'.repeat(129), 'x'.repeat(10_000_000), 'a\0b', '\ud800', 'a\udfffb'])
    assert.equal(codeOf(forge({ ...claims, jti })), 'invalid_token')
  assert.equal(codeOf(forge({ ...claims, jti: 'x'.repeat(128) })), 'accepted')
})

test('a subject that is missing, empty or not a text', () => {
  for (const sub of [undefined, '', 7, null, ['cha_1a2b']])
    assert.equal(codeOf(forge({ ...claims, sub })), 'invalid_token')
})

test('the same token is good again while it lives; single use is a question for the store', () => {
  const token = forge(claims)
  assert.equal(codeOf(token), 'accepted')
  assert.equal(codeOf(token), 'accepted')
})

test('texts that are not tokens are refused', () => {
  const good = forge(claims)
  const odd = [
    '',
    '.',
    '..',
    '...',
    'a.b',
    'a.b.c',
    `${good}.`,
    `.${good}`,
    '.'.repeat(200),
    'x'.repeat(1_000_000),
    `${'x'.repeat(1_000_000)}.a.b`,
    'é.è.à',
    good.replace('.', '．'),
  ]
  for (const token of odd) {
    assert.equal(codeOf(token), 'invalid_token')
    assert.equal(readChannelToken(token), null)
  }
})

test('a signature of any other length or encoding is refused, and no exception is thrown', () => {
  const token = forge(claims)
  const at = token.lastIndexOf('.') + 1
  for (const signature of [
    '',
    'A',
    token.slice(at, -1),
    `${token.slice(at)}A`,
    `${token.slice(at)}=`,
    `${token.slice(at)}\n`,
    'é'.repeat(43),
  ])
    assert.equal(codeOf(token.slice(0, at) + signature), 'invalid_token')
  const aliases = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((last) =>
    codeOf(token.slice(0, -1) + last),
  )
  assert.equal(aliases.filter((code) => code === 'accepted').length, 1)
})

test('parts that are not canonical base64url, or not a JSON object, are refused with a valid signature', () => {
  const spoil = (header: string, payload: string) => {
    const signed = `${header}.${payload}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  }
  const [header, payload] = [base64url({ alg: 'HS256' }), base64url(claims)]
  assert.equal(codeOf(spoil(header, payload)), 'accepted')
  for (const part of [
    `${payload}=`,
    ` ${payload}`,
    `${payload}\n`,
    Buffer.from(JSON.stringify(claims)).toString('base64').concat('+'),
    base64url('[]'),
    base64url('null'),
    base64url('7'),
    base64url('{'),
    '',
  ])
    assert.equal(codeOf(spoil(header, part)), 'invalid_token')
  for (const part of [`${header}=`, base64url('null'), base64url('["HS256"]'), ''])
    assert.equal(codeOf(spoil(part, payload)), 'invalid_token')
})

test('any of the keys may have signed, and without keys every token is refused', () => {
  const other = createSecretKey('the-new-secret-0000000000000000000', 'utf8')
  assert.equal(verifyChannelToken(forge(claims), { ...trust, keys: [other, key] }).ok, true)
  assert.equal(verifyChannelToken(forge(claims), { ...trust, keys: [] }).ok, false)
})

test('claims that are not UTF-8 are refused: two texts would decode to one', () => {
  const bytes = Buffer.from(JSON.stringify({ ...claims, jti: 'é' }), 'latin1')
  const signed = `${base64url({ alg: 'HS256' })}.${bytes.toString('base64url')}`
  const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  assert.equal(codeOf(token), 'invalid_token')
  assert.equal(readChannelToken(token), null)
})
