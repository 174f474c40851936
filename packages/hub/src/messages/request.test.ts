import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verify } from '@portico/protocol'
import fc from 'fast-check'
import { urls } from '../../../../tests/harness/deliveries.ts'
import { signedHeaders } from '../outbound-http/signed-headers.ts'
import { requestOf, type UnsentContent } from './request.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const number = fc.integer({ min: 1, max: 2 ** 30 })

const message = fc.record({
  message_id: number,
  conversation_id: number,
  channel_id: number,
  external_ids: maybe(fc.array(text, { minLength: 1, maxLength: 3 })),
  channel_address: text,
  replied_to_id: maybe(number),
  in_reply_to: maybe(text),
  contact_id: maybe(number),
  handle: text,
  name: maybe(text),
  sender_name: maybe(text),
  attachments: fc.constant(null),
  recipients: maybe(fc.array(fc.record({ handle: text, name: maybe(text) }), { minLength: 2, maxLength: 3 })),
  subject: maybe(text),
  body: text,
  body_format: fc.constantFrom('text' as const, 'html' as const),
  blurb: text,
  text: maybe(text),
  sort_us: fc.integer({ min: 0, max: 4e15 }),
})
const author = fc.record({
  author_id: number,
  email: fc.emailAddress(),
  username: text,
  first_name: text,
  last_name: text,
  is_admin: fc.boolean(),
  is_available: fc.boolean(),
  is_blocked: fc.boolean(),
})
const nobody = fc.record({ author_id: maybe(number), email: fc.constant(null) })
const row: fc.Arbitrary<UnsentContent> = fc
  .tuple(message, fc.oneof(author, nobody))
  .map(([message, author]) => ({ ...message, ...author }))

test('every request equals its own JSON.stringify(JSON.parse(bytes)), so both kinds of verifier accept it', () => {
  fc.assert(
    fc.property(row, (row) => {
      const bytes = requestOf(row, 1, urls)
      assert(Buffer.isBuffer(bytes))
      const raw = bytes.toString()
      assert.equal(JSON.stringify(JSON.parse(raw)), raw)
      const secret = 'test-app-secret-000000000000000001'
      const headers = signedHeaders({ body: bytes, webhookId: 'msg_1', secret, credential: null, authType: 'none' })
      const signed = { timestamp: headers['X-Front-Request-Timestamp'], signature: headers['X-Front-Signature'] }
      assert(verify({ ...signed, secrets: [secret], body: bytes }).ok)
      assert(verify({ ...signed, secrets: [secret], body: JSON.stringify(JSON.parse(raw)) }).ok)
    }),
    { numRuns: 300 },
  )
})

test('every request has what receivers rely on', () => {
  fc.assert(
    fc.property(row, (row) => {
      const bytes = requestOf(row, 1, urls)
      assert(Buffer.isBuffer(bytes))
      const envelope = JSON.parse(bytes.toString())
      assert.deepEqual(Object.keys(envelope), ['type', 'payload', 'metadata'])
      assert(Array.isArray(envelope.metadata.external_conversation_ids))
      assert.equal(envelope.metadata.external_conversation_id, row.external_ids?.[0])
      const { payload } = envelope
      assert.deepEqual([typeof payload.text, typeof payload.body, payload.is_inbound], ['string', 'string', false])
      assert.equal(payload.recipients[0].role, 'from')
      assert(payload.recipients.some(({ role }: { role: string }) => role === 'to'))
      assert.match(payload.id, /^msg_[0-9a-z]+$/)
      assert.equal(payload.created_at, Math.floor(row.sort_us / 1_000) / 1_000)
      assert.equal('delivery' in payload, false)
    }),
    { numRuns: 100 },
  )
})
