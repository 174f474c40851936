import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { signStandard, standardSecret } from './standard-webhooks.ts'
import { verifyStandard } from './standard-webhooks.web.ts'

const secret = 'test-app-secret-000000000000000001'
const other = 'pässwort-🔑-secret'
const body = '{"type":"message","payload":{"text":"Café – déjà vu 🚀"}}'
const now = Date.now()
const headersOf = (secrets: string[], id = 'msg_1', at = now) =>
  signStandard(secrets, id, at, body) as Record<string, any>
const verified = (key: string, headers: Record<string, any>, text = body) =>
  verifyStandard({
    secrets: [key],
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body: text,
  })

test('the signature of a known request is this one', () => {
  const headers = signStandard(
    [secret],
    'msg_plgjl',
    1_767_225_600_123,
    '{"type":"delete","payload":{"channel_id":"cha_1a2b"}}',
  )
  assert.deepEqual(headers, {
    'webhook-id': 'msg_plgjl',
    'webhook-timestamp': '1767225600',
    'webhook-signature': 'v1,HeNM7gXF8u46Yn52PogZC3pToq1lBVF4yas4LfIj090=',
  })
  assert.equal(standardSecret(secret), 'whsec_dGVzdC1hcHAtc2VjcmV0LTAwMDAwMDAwMDAwMDAwMDAwMQ==')
})

test('the package standardwebhooks verifies it, with the secret in base64 or as it is', () => {
  for (const key of [secret, other]) {
    const headers = headersOf([key])
    assert.deepEqual(new Webhook(standardSecret(key)).verify(body, headers), JSON.parse(body))
  }
  const raw = new Webhook(secret, { format: 'raw' })
  assert.deepEqual(raw.verify(body, headersOf([secret])), JSON.parse(body))
  assert.throws(() => new Webhook(standardSecret(other)).verify(body, headersOf([secret])))
})

test('while two secrets are live, who has either of them verifies it', async () => {
  const headers = headersOf([secret, other])
  for (const key of [secret, other]) {
    assert.ok(new Webhook(standardSecret(key)).verify(body, headers))
    assert.deepEqual(await verified(key, headers), { ok: true })
  }
})

test('another body, id or time, a foreign secret and an old request are refused', async () => {
  const headers = headersOf([secret])
  const wrong = { ok: false, reason: 'signature' }
  assert.deepEqual(await verified(secret, headers, `${body} `), wrong)
  assert.deepEqual(await verified(secret, { ...headers, 'webhook-id': 'msg_2' }), wrong)
  assert.deepEqual(await verified(other, headers), wrong)
  assert.deepEqual(await verified(secret, { ...headers, 'webhook-signature': 'v1,x v2,y' }), wrong)
  assert.deepEqual(await verified(secret, { ...headers, 'webhook-id': '' }), { ok: false, reason: 'missing' })
  assert.deepEqual(await verified(secret, headersOf([secret], 'msg_1', now - 301_000)), { ok: false, reason: 'clock' })
})

test('what the package signs is verified', async () => {
  const at = new Date(now)
  const signature = new Webhook(standardSecret(secret)).sign('msg_1', at, body)
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': signature,
  }
  assert.deepEqual(await verified(secret, headers), { ok: true })
})
