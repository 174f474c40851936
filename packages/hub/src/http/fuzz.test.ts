import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { publicId } from '@portico/protocol'
import fc from 'fast-check'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

interface Schema {
  anyOf?: Schema[]
  enum?: unknown[]
  properties?: Record<string, Schema>
}

/** An operation of the hub's own description: its names are known, its values are nonsense. */
interface Operation {
  method: string
  path: string
  query: string[]
  fields: string[]
}

let hub: EmptyHub
let company: StaffedCompany
let operations: Operation[]
let callers: string[]
let ids: string[]

before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('fuzzed')
  operations = await operationsOf()
  callers = [company.apiToken, company.channelToken(), await hub.signIn(company.admin.email)]
  ids = await push()
})
after(() => hub?.close())

async function operationsOf(): Promise<Operation[]> {
  const { paths } = (await hub.request('GET', '/openapi.json')).body
  return Object.entries<Record<string, any>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.flatMap((parameter: any) => (parameter.in === 'query' ? [parameter.name] : [])),
      fields: namesIn(requestBody?.content['application/json']?.schema ?? {}),
    })),
  )
}

function namesIn({ properties = {}, anyOf = [] }: Schema): string[] {
  return [...Object.keys(properties), ...[...Object.values(properties), ...anyOf].flatMap(namesIn)]
}

/** A resource of every kind, so that some requests get past the look-up. */
async function push(): Promise<string[]> {
  const channel = publicId('cha', company.companyId, company.channelId)
  const pushed = await hub.request('POST', `/channels/${channel}/inbound_messages`, {
    as: company.channelToken(),
    body: { sender: { handle: 'ivo' }, body: 'Hello', metadata: { external_id: 'a', external_conversation_id: 'b' } },
  })
  const { body: message } = await hub.request('GET', `/messages/alt:uid:${pushed.body.message_uid}`, {
    as: company.apiToken,
  })
  const conversation = new URL(message._links.related.conversation).pathname.split('/').at(-1)!
  const { companyId, inboxId, adminId } = company
  return [channel, message.id, conversation, publicId('inb', companyId, inboxId), publicId('tea', companyId, adminId)]
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '0', '-1', '1e400', '9'.repeat(30), 'null', '%', '%00', '\u0000', '\ud800', '../..', "'; --"),
  fc.constantFrom(
    'alt:uid:',
    'alt:email:a',
    'alt:',
    'me',
    'true',
    'cnv_',
    'msg_zzzzzzzzzzzzz',
    'crd_1',
    'x'.repeat(5_000),
  ),
)
const knownId = fc.nat(4).map((n) => ids[n]!)
const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  text,
  knownId,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], [null], [{}]),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('name', 'handle', 'external_id', 'headers', '__proto__', 'constructor'), text),
)

const request = fc
  .record({ operation: fc.nat().map((n) => operations[n % operations.length]!), caller: fc.nat(3) })
  .chain(({ operation, caller }) =>
    fc.record({
      operation: fc.constant(operation),
      caller: fc.constant(caller),
      // a deleted resource cannot be fuzzed again
      params: fc.array(operation.method === 'DELETE' ? text : fc.oneof(text, knownId, knownId), {
        minLength: 4,
        maxLength: 4,
      }),
      query: fc.dictionary(fc.constantFrom(...operation.query, 'q', 'q[types][]', 'page_token', 'limit'), text, {
        maxKeys: 3,
      }),
      body: fc.oneof(
        fc.dictionary(fc.constantFrom(...operation.fields, 'unknown'), nonsense, { maxKeys: 6 }),
        fc.dictionary(fc.constantFrom(...operation.fields, 'unknown'), nonsense, { maxKeys: 6 }),
        nonsense,
      ),
      key: fc.option(text, { freq: 8, nil: undefined }),
    }),
  )

type Request = typeof request extends fc.Arbitrary<infer R> ? R : never

async function answerTo({ operation, caller, params, query, body, key }: Request) {
  let n = 0
  const path = operation.path.replace(/\{\w+\}/g, () => encodeURIComponent((params[n++] ?? '').toWellFormed()) || '%20')
  const search = new URLSearchParams(query as Record<string, string>)
  const hasBody = operation.method !== 'GET'
  return hub.request(operation.method, `${path}?${search}`, {
    as: callers[caller],
    ...(hasBody && { body }),
    ...(key !== undefined && { headers: { 'idempotency-key': encodeURIComponent(key.toWellFormed()) } }),
  })
}

/** The same requests each time, and as many others as are asked for. */
const runs = process.env.PORTICO_FUZZ ? { numRuns: Number(process.env.PORTICO_FUZZ) } : { numRuns: 3_000, seed: 70 }

const isPlain = ({ operation: { path } }: Request) => !/stream|sign_out/.test(path)

test('every request gets a response that is not an internal error, whatever it contains', {
  timeout: 120_000,
}, async () => {
  const counts: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(request.filter(isPlain), async (each) => {
      const { status, text: words } = await answerTo(each)
      counts[status] = (counts[status] ?? 0) + 1
      assert.ok(status < 500 || status === 501, `${status} ${words}`)
      assert.doesNotMatch(words, /node:internal|\bat .*\.ts:\d+/)
    }),
    runs,
  )
  assert.ok((counts[200] ?? 0) + (counts[204] ?? 0) > 20, `not all were refused at the door: ${JSON.stringify(counts)}`)
  assert.ok((counts[400] ?? 0) > 200, JSON.stringify(counts))
})
