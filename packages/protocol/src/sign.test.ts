import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import vectors from '../vectors/signatures.json' with { type: 'json' }
import * as node from './sign.ts'
import * as web from './sign.web.ts'

const secret = 'test-app-secret-000000000000000001'
const body = '{"type":"delete","payload":{"channel_id":"cha_1a2b"}}'
const now = 1767225600000
const timestamp = String(now)
const signature = node.sign(secret, timestamp, body)

for (const vector of vectors) {
  test(`${vector.id}: text, bytes and key sign alike, in Node and on the Web`, async () => {
    const bytes = new TextEncoder().encode(vector.body)
    assert.equal(bytes.length, vector.bytes)
    assert.equal(node.sign(vector.secret, vector.timestamp, vector.body), vector.signature)
    assert.equal(node.sign(createSecretKey(vector.secret, 'utf8'), Number(vector.timestamp), bytes), vector.signature)
    assert.equal(await web.sign(vector.secret, vector.timestamp, vector.body), vector.signature)
    assert.equal(await web.sign(await web.importSecret(vector.secret), vector.timestamp, bytes), vector.signature)
  })

  test(`${vector.id}: raw bytes are verified, stable or not`, async () => {
    const { timestamp, signature, body } = vector
    const request = { timestamp, signature, body, now: Number(timestamp) * (timestamp.length === 10 ? 1_000 : 1) }
    assert.deepEqual(node.verify({ ...request, secrets: [vector.secret] }), { ok: true })
    assert.deepEqual(await web.verify({ ...request, secrets: [vector.secret] }), { ok: true })
  })

  if (vector.stable !== null) {
    test(`${vector.id} has stable JSON or not, as expected`, () => {
      assert.equal(JSON.stringify(JSON.parse(vector.body)) === vector.body, vector.stable)
    })
  }
}

const refusals: [string, Partial<node.SignedRequest>, string][] = [
  ['another secret', { secrets: ['test-app-secret-000000000000000002'] }, 'signature'],
  ['no secret at all', { secrets: [] }, 'signature'],
  ['another body', { body: body.replace('1a2b', '1a2c') }, 'signature'],
  ['the same JSON in other bytes', { body: body.replace(':', ': ') }, 'signature'],
  ['another time', { timestamp: String(now + 1) }, 'signature'],
  ['a signature in hex', { signature: Buffer.from(signature, 'base64').toString('hex') }, 'signature'],
  ['a signature in base64url', { signature: Buffer.from(signature, 'base64').toString('base64url') }, 'signature'],
  ['a signature without its padding', { signature: signature.slice(0, -1) }, 'signature'],
  ['an alias of the last character', { signature: signature.replace(/8=$/, '9=') }, 'signature'],
  ['a longer signature', { signature: `${signature}AAAA` }, 'signature'],
  ['a signature that is not ASCII', { signature: 'é'.repeat(22) }, 'signature'],
  ['no signature', { signature: undefined }, 'missing'],
  ['no timestamp', { timestamp: undefined }, 'missing'],
  ['a timestamp that is no number', { timestamp: 'now' }, 'timestamp'],
  ['a timestamp that is no whole number', { timestamp: '1767225600000.0' }, 'timestamp'],
  ['a timestamp with a sign', { timestamp: '+1767225600000' }, 'timestamp'],
  ['a timestamp 5 minutes and 1 ms old', { now: now + 300_001 }, 'clock'],
  ['a timestamp 5 minutes and 1 ms ahead', { now: now - 300_001 }, 'clock'],
]

test('the signature that the refused requests alter is valid', async () => {
  assert.equal(signature.endsWith('8='), true)
  for (const at of [now - 300_000, now, now + 300_000]) {
    assert.deepEqual(node.verify({ secrets: [secret], timestamp, body, signature, now: at }), { ok: true })
    assert.deepEqual(await web.verify({ secrets: [secret], timestamp, body, signature, now: at }), { ok: true })
  }
})

for (const [name, change, reason] of refusals) {
  test(`${name} is refused, in Node and on the Web`, async () => {
    const request = { secrets: [secret], timestamp, body, signature, now, ...change }
    assert.deepEqual(node.verify(request), { ok: false, reason })
    assert.deepEqual(await web.verify({ ...request, secrets: request.secrets as string[] }), { ok: false, reason })
  })
}

test('either of two secrets may have signed while one is rotated', async () => {
  const secrets = ['the-new-secret-0000000000000000000', secret]
  assert.deepEqual(node.verify({ secrets, timestamp, body, signature, now }), { ok: true })
  assert.deepEqual(await web.verify({ secrets, timestamp, body, signature, now }), { ok: true })
})

test('Node and the Web agree on every secret, time and body', async () => {
  const secrets = fc.string({ unit: 'grapheme', minLength: 1 })
  await fc.assert(
    fc.asyncProperty(secrets, fc.nat(), fc.uint8Array(), async (secret, timestamp, body) => {
      assert.equal(await web.sign(secret, timestamp, body), node.sign(secret, timestamp, body))
    }),
  )
})
