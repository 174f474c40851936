import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import * as schemas from './schemas.ts'
import { sign } from './sign.ts'
import type * as wire from './wire.ts'

const accepts = (schema: TSchema, value: unknown) => Compile(schema).Check(value)
const changed = (message: object, change: object) => ({ ...message, ...change })

const url = fc.webUrl()
const text = fc.string({ unit: 'binary' })
const id = fc.nat().map((n) => `msg_${(n + 1).toString(36)}`)
const uid = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 })
const created_at = fc.double({ min: 0, max: 1e11, noNaN: true })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const related = { contact: maybe(url) }
const recipient = fc.record({
  _links: fc.record({ related: fc.record(related) }),
  name: maybe(text),
  handle: text,
  role: fc.constant('to' as const),
})
const attachment = fc.record({
  id: text,
  filename: text,
  url,
  content_type: text,
  size: fc.nat(),
  metadata: fc.record({ is_inline: fc.boolean() }),
})
const author = fc.record({
  _links: fc.record({ self: url, related: fc.record({ inboxes: url, conversations: url }) }),
  id: text,
  email: text,
  username: text,
  first_name: text,
  last_name: text,
  is_admin: fc.boolean(),
  is_available: fc.boolean(),
  is_blocked: fc.boolean(),
})
const links = fc.record(
  { conversation: url, message_replied_to: url, message_seen: url },
  { requiredKeys: ['conversation'] },
)
const recipients = fc.array(recipient, { minLength: 1, maxLength: 3 })
const attachments = fc.array(attachment, { maxLength: 2 })
const message: fc.Arbitrary<wire.MessagePayload> = fc.record({
  _links: fc.record({ self: url, related: links }),
  id,
  message_uid: uid,
  type: fc.constant('custom'),
  is_inbound: fc.boolean(),
  created_at,
  blurb: text,
  body: text,
  text,
  error_type: fc.constant(null),
  version: maybe(text),
  subject: maybe(text),
  draft_mode: fc.constant(null),
  metadata: fc.record({ headers: fc.record({ in_reply_to: maybe(text) }) }),
  author: maybe(author),
  recipients,
  attachments,
  signature: fc.constant(null),
  is_draft: fc.boolean(),
})
const autoreply: fc.Arbitrary<wire.AutoreplyPayload> = fc.record({
  _links: fc.record({ related: fc.record({ conversation: url, message_replied_to: url }) }),
  type: fc.constant('auto_reply'),
  is_inbound: fc.constant(false),
  created_at,
  body: text,
  text,
  recipients,
  attachments,
})
const channel = fc.record({ channel_id: text })
const metadata = fc.record(
  { external_conversation_id: text, external_conversation_ids: fc.array(text) },
  { requiredKeys: ['external_conversation_ids'] },
)
const request: fc.Arbitrary<wire.ChannelRequest> = fc.oneof(
  fc.record({ type: fc.constant('authorization'), payload: channel }),
  fc.record({ type: fc.constant('message'), payload: message, metadata }),
  fc.record({ type: fc.constant('message_imported'), payload: message, metadata }),
  fc.record({ type: fc.constant('message_autoreply'), payload: autoreply, metadata }),
  fc.record({ type: fc.constant('delete'), payload: channel }),
)

test('every body we send equals its own JSON.stringify(JSON.parse(body)), so that both kinds of verifier agree', () => {
  const check = Compile(schemas.ChannelRequest)
  fc.assert(
    fc.property(request, (request) => {
      assert.ok(check.Check(request))
      const body = JSON.stringify(request)
      const again = JSON.stringify(JSON.parse(body))
      assert.equal(again, body)
      assert.equal(sign('secret', 1, again), sign('secret', 1, new TextEncoder().encode(body)))
    }),
    { numRuns: 300 },
  )
})

test('no request has emitted_at or target beside its payload, because receivers recognise webhooks by them', () => {
  const request = { type: 'delete', payload: { channel_id: 'cha_1a2b' } }
  assert.equal(accepts(schemas.ChannelRequest, request), true)
  assert.equal(accepts(schemas.ChannelRequest, changed(request, { emitted_at: 1 })), false)
  assert.equal(accepts(schemas.ChannelRequest, changed(request, { target: {} })), false)
})

test('a message always has an array of conversation ids, texts, and a recipient', () => {
  const [payload] = fc.sample(message, { numRuns: 1, seed: 1 })
  const metadata = { external_conversation_ids: [] }
  const request = { type: 'message', payload, metadata }
  assert.equal(accepts(schemas.MessageRequest, request), true)
  assert.equal(accepts(schemas.MessageRequest, changed(request, { metadata: {} })), false)
  for (const change of [{ text: null }, { body: undefined }, { recipients: [] }, { id: undefined }])
    assert.equal(accepts(schemas.MessageRequest, changed(request, { payload: { ...payload, ...change } })), false)
  const onlyFrom = payload?.recipients.map((recipient) => ({ ...recipient, role: 'from' }))
  assert.equal(accepts(schemas.MessagePayload, { ...payload, recipients: onlyFrom }), false)
})

test('an autoreply has no id', () => {
  const [payload] = fc.sample(autoreply, { numRuns: 1, seed: 1 })
  assert.equal(accepts(schemas.AutoreplyPayload, payload), true)
  assert.equal(accepts(schemas.AutoreplyPayload, { ...payload, id: 'msg_1' }), false)
})

const inbound = {
  sender: { handle: 'ivo@customer.example' },
  body: 'Where is my parcel?',
  metadata: { external_id: 'm-20441', external_conversation_id: 'visitor-8841' },
}

test('an inbound message may have the other fields that real channels send', () => {
  for (const extra of [
    {},
    { attachments: [] },
    { attachments: ['junk'] },
    { body_format: 'markdown' },
    { company_id: 7 },
    { subject: null },
  ])
    assert.equal(accepts(schemas.InboundMessage, changed(inbound, extra)), true)
  assert.equal(
    accepts(schemas.InboundMessage, changed(inbound, { metadata: { ...inbound.metadata, thread_ref: 'x' } })),
    true,
  )
})

test('external ids are 1 to 200 characters, and not blank', () => {
  for (const name of ['external_id', 'external_conversation_id', 'referenced_message_external_id']) {
    const withId = (value: unknown) => changed(inbound, { metadata: { ...inbound.metadata, [name]: value } })
    for (const good of ['x', 'x'.repeat(200), 'a b', '0'])
      assert.equal(accepts(schemas.InboundMessage, withId(good)), true)
    for (const bad of ['', ' ', '\n\t ', 'x'.repeat(201), 7, {}, []])
      assert.equal(accepts(schemas.InboundMessage, withId(bad)), false)
  }
})

test('delivered_at is whole seconds of our calendar', () => {
  for (const good of [0, 1767225590, null])
    assert.equal(accepts(schemas.InboundMessage, changed(inbound, { delivered_at: good })), true)
  for (const bad of [-1, 9e15, 884541427200, 1.5, '1767225590', Number.NaN])
    assert.equal(accepts(schemas.InboundMessage, changed(inbound, { delivered_at: bad })), false)
})

test('an inbound message without a sender, a body or ids is refused', () => {
  for (const change of [
    { sender: undefined },
    { sender: {} },
    { sender: { handle: ' ' } },
    { body: undefined },
    { body: 7 },
    { metadata: undefined },
    { metadata: {} },
  ])
    assert.equal(accepts(schemas.InboundMessage, changed(inbound, change)), false)
})

test('the field “to” may be an array or one object, but not empty', () => {
  const outbound = {
    to: [{ handle: '+33612345678', name: 'Ivo' }],
    body: 'Your code is 1234',
    metadata: inbound.metadata,
  }
  for (const to of [outbound.to, outbound.to[0]])
    assert.equal(accepts(schemas.PushedOutboundMessage, changed(outbound, { to })), true)
  for (const to of [[], {}, undefined, 'Ivo', [{}]])
    assert.equal(accepts(schemas.PushedOutboundMessage, changed(outbound, { to })), false)
})

test('a response to a message is success or ids alone, and ids have at most 200 characters', () => {
  for (const good of [
    { type: 'success' },
    { type: 'success', external_id: 'a', external_conversation_id: 'b' },
    { external_id: 'a' },
    { external_conversation_id: 'b', more: 1 },
  ])
    assert.equal(accepts(schemas.LenientMessageAnswer, good), true, JSON.stringify(good))
  for (const bad of [
    {},
    { type: 'error' },
    { type: 'bad_request', message: 'no' },
    { type: 'bad_request', external_id: 'a' },
    { external_id: 'x'.repeat(201) },
    'OK',
    null,
  ])
    assert.equal(accepts(schemas.LenientMessageAnswer, bad), false, JSON.stringify(bad))
})

test('an authorization is granted only by type success', () => {
  for (const good of [{ type: 'success' }, { type: 'success', webhook_url: '/front/1' }])
    assert.equal(accepts(schemas.AuthorizationAnswer, good), true)
  for (const bad of [{}, { webhook_url: 'https://x.example' }, { type: 'success', webhook_url: 7 }])
    assert.equal(accepts(schemas.AuthorizationAnswer, bad), false)
})

test('a message report is a failure or a receipt', () => {
  assert.equal(accepts(schemas.MessageStatus, { status: 'failed', reason: 'Number unreachable' }), true)
  assert.equal(accepts(schemas.MessageStatus, { status: 'delivered', occurred_at: 1767225600 }), true)
  assert.equal(accepts(schemas.MessageStatus, { status: 'sent' }), false)
  assert.equal(accepts(schemas.ChannelHealth, { status: 'offline' }), true)
  assert.equal(accepts(schemas.ChannelHealth, { status: 'gone' }), false)
})

test('another JSON Schema validator reads the schemas', () => {
  assert.ok(
    new Ajv({ strict: false }).compile(schemas.ChannelRequest)({ type: 'delete', payload: { channel_id: 'cha_1' } }),
  )
})
