import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
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
      fields: Object.values<any>(requestBody?.content ?? {}).flatMap(({ schema }) => namesIn(schema)),
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

function pathOf({ path }: Operation, params: string[]): string {
  let n = 0
  return path.replace(/\{\w+\}/g, () => encodeURIComponent((params[n++] ?? '').toWellFormed()) || '%20')
}

async function answerTo({ operation, caller, params, query, body, key }: Request) {
  const search = new URLSearchParams(query as Record<string, string>)
  const hasBody = operation.method !== 'GET'
  return hub.request(operation.method, `${pathOf(operation, params)}?${search}`, {
    as: callers[caller],
    ...(hasBody && { body }),
    ...(key !== undefined && { headers: { 'idempotency-key': encodeURIComponent(key.toWellFormed()) } }),
  })
}

/** The same requests each time, and as many others as are asked for. */
const runs = (numRuns: number) =>
  process.env.PORTICO_FUZZ ? { numRuns: Number(process.env.PORTICO_FUZZ) } : { numRuns, seed: 70 }
const timeout = 120_000

/** Longer than any answer takes on a busy machine: what takes longer hangs. */
const hangMs = 20_000

const isPlain = ({ operation: { path } }: Request) => !/stream|sign_out/.test(path)

/** Counts the answers by status. Throws when one is an internal error, tells of one, or hangs. */
class Answers {
  readonly counts: Record<string, number> = {}

  async of(send: () => Promise<{ status: number; text: string }>): Promise<number> {
    const start = performance.now()
    const { status, text: words } = await send()
    this.counts[status] = (this.counts[status] ?? 0) + 1
    assert.ok(status < 500 || status === 501, `${status} ${words}`)
    assert.doesNotMatch(words, /node:internal|\bat .*\.ts:\d+/)
    assert.ok(performance.now() - start < hangMs, `answered after ${performance.now() - start} ms`)
    return status
  }

  get accepted(): number {
    return Object.entries(this.counts).reduce((sum, [status, n]) => sum + (Number(status) < 300 ? n : 0), 0)
  }
}

test('every request gets a response that is not an internal error, whatever it contains', { timeout }, async () => {
  const answers = new Answers()
  await fc.assert(
    fc.asyncProperty(request.filter(isPlain), async (each) => void (await answers.of(() => answerTo(each)))),
    runs(3_000),
  )
  const { counts, accepted } = answers
  assert.ok(accepted > 20, `not all were refused at the door: ${JSON.stringify(counts)}`)
  assert.ok((counts[400] ?? 0) > 200, JSON.stringify(counts))
})

/** The tables that change shortly after an accepted request, and those that say when a secret or a token was last used. */
const changedLater =
  /^(timers|consumer|events|channel_callbacks|channel_clocks|channel_health|channel_token_failures|channel_delivery|channel_type_secret_uses|deliver|outbox|stream|used_tokens|session)/

async function rowCounts(): Promise<Record<string, number>> {
  const { rows: tables } = await hub.db.pool.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace`,
  )
  const names = tables.map(({ name }) => name).filter((name) => !changedLater.test(name))
  const { rows } = await hub.db.pool.query<{ name: string; n: number }>(
    names.map((name) => `select '${name}' as name, count(*)::int as n from ${name}`).join(' union all '),
  )
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}

test('a refused request leaves no row behind', { timeout }, async () => {
  const answers = new Answers()
  let before = await rowCounts()
  await fc.assert(
    fc.asyncProperty(request.filter(isPlain), async (each) => {
      const status = await answers.of(() => answerTo(each))
      const after = await rowCounts()
      if (status >= 400) assert.deepEqual(after, before)
      before = after
    }),
    { ...runs(500), endOnFailure: true },
  )
  assert.ok((answers.counts[400] ?? 0) > 20, JSON.stringify(answers.counts))
})

const bodyOf = (bytes: Uint8Array) => new Uint8Array(bytes)

/** Sends bytes as they are, with headers of the caller's choice. */
async function sendBytes(method: string, path: string, headers: Record<string, string>, bytes: Uint8Array) {
  const response = await fetch(hub.url + path, { method, headers, body: bodyOf(bytes), redirect: 'manual' })
  return { status: response.status, text: await response.text() }
}

const cookieOrToken = (caller: string | undefined): Record<string, string> =>
  caller === undefined
    ? {}
    : caller.startsWith('portico_session')
      ? { cookie: caller, origin: hub.url }
      : { authorization: caller }

interface Damage {
  /** Where, as a share of the whole. */
  at: number
  cut: number
  put: Uint8Array
}

/** Bytes that are almost what they should be: pieces are cut out and others put in. */
const unharmed: fc.Arbitrary<Damage[]> = fc.constant([])
const damage: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(60),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom('--x', '--x--', '\r\n', '\r\n\r\n', '{', ']', '"', '\\u0000', 'filename="', '; name="a', '\0')
        .map((piece) => Buffer.from(piece)),
    ),
  }),
  { maxLength: 3 },
)

function damaged(bytes: Buffer, damages: Damage[]): Buffer {
  return damages.reduce((all, { at, cut, put }) => {
    const start = Math.floor(at * all.length)
    return Buffer.concat([all.subarray(0, start), put, all.subarray(start + cut)])
  }, bytes)
}

const fieldName = fc.oneof(
  fc.constantFrom(
    'body',
    'sender[handle]',
    'sender',
    'metadata[external_id]',
    'metadata',
    'to[]',
    'to[0]',
    'to[][handle]',
  ),
  fc.constantFrom(
    'attachment',
    'attachments',
    'attachments[]',
    'attachments[0]',
    'attachments[9999]',
    'recording_type',
  ),
  fc.constantFrom('metadata[external_conversation_id]', '__proto__[x]', 'a[b][c][d][e]', 'to[x', '[]', '', 'options'),
  text,
)
const filePart = fc.record({
  field: fc.option(fieldName, { freq: 1 }),
  filename: fc.option(fc.oneof(text, fc.constantFrom('a.png', '../../x', 'a"; filename="b', 'a\u202egnp.exe'))),
  type: fc.constantFrom(
    '',
    'image/png',
    'audio/mpeg',
    'text/html',
    'x',
    `a/${'b'.repeat(500)}`,
    'multipart/mixed; boundary=y',
  ),
  value: fc.oneof(
    text.map((value) => Buffer.from(value)),
    fc.uint8Array({ maxLength: 300 }),
  ),
})
/** The fields that a form needs, by the last segment of the path. */
const goodParts: Record<string, [string, string][]> = {
  inbound_messages: [
    ['sender[handle]', 'ivo'],
    ['body', 'Hello'],
    ['metadata', '{"external_id":"N","external_conversation_id":"c"}'],
  ],
  outbound_messages: [
    ['to[][handle]', 'ivo'],
    ['body', 'Hello'],
    ['metadata[external_id]', 'N'],
    ['metadata[external_conversation_id]', 'c'],
  ],
  incoming_messages: [
    ['sender[handle]', 'ivo'],
    ['body', 'Hello'],
  ],
  messages: [['body', 'Hello']],
  attachments: [],
  recording: [['recording_type', 'call']],
}
const rightField: Record<string, string> = { attachments: 'attachment' }
const withoutLines = (value: string) => value.replace(/[\r\n"]/g, '')

interface Part {
  field: string | null
  filename: string | null
  type: string
  value: Uint8Array
}

function formOf({ path }: Operation, parts: Part[], n: number): Buffer {
  const name = path.split('/').at(-1) ?? ''
  const bytes = (goodParts[name] ?? []).map(([field, value]) =>
    Buffer.from(`--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value.replace('N', `form-${n}`)}\r\n`),
  )
  for (const { field, filename, type, value } of parts) {
    const at = field ?? rightField[name] ?? 'attachments'
    const file = filename === null ? '' : `; filename="${withoutLines(filename)}"`
    const head = `--x\r\nContent-Disposition: form-data; name="${withoutLines(at)}"${file}\r\n${type && `Content-Type: ${type}\r\n`}\r\n`
    bytes.push(Buffer.concat([Buffer.from(head), value, Buffer.from('\r\n')]))
  }
  return Buffer.concat([...bytes, Buffer.from('--x--\r\n')])
}

const takesForms = /\/(inbound_messages|outbound_messages|incoming_messages|messages|attachments|recording)$/

test('a form of nonsense is refused or stored whole: no file is left that nobody has', { timeout }, async () => {
  const targets = operations.filter(({ method, path }) => method === 'POST' && takesForms.test(path))
  assert.ok(targets.length >= 7)
  const answers = new Answers()
  const form = fc.record({
    target: fc.nat().map((n) => targets[n % targets.length]!),
    caller: fc.nat(3),
    isRight: fc.nat(3).map((n) => n > 0),
    params: fc.array(fc.oneof(knownId, text), { minLength: 2, maxLength: 2 }),
    parts: fc.array(filePart, { maxLength: 3 }),
    damages: fc.oneof(unharmed, damage),
    n: fc.nat(),
    type: fc.constantFrom(
      'multipart/form-data; boundary=x',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'multipart/form-data; boundary="',
      `multipart/form-data; boundary=${'x'.repeat(300)}`,
    ),
  })
  await fc.assert(
    fc.asyncProperty(form, async ({ target, caller, isRight, params, parts, damages, n, type }) => {
      const bytes = damaged(formOf(target, parts, n), damages)
      const who = isRight ? (/(bound_messages|recording)$/.test(target.path) ? 1 : 0) : caller
      const place = isRight ? [ids[target.path.startsWith('/conv') ? 2 : 0] ?? '', params[1] ?? ''] : params
      const headers = { ...cookieOrToken(callers[who]), 'content-type': type }
      await answers.of(() => sendBytes('POST', pathOf(target, place), headers, bytes))
    }),
    runs(800),
  )
  assert.ok(answers.accepted > 20, JSON.stringify(answers.counts))
  assert.ok((answers.counts[400] ?? 0) > 50, JSON.stringify(answers.counts))
  const signal = AbortSignal.timeout(20_000)
  for (;;) {
    const { rows } = await hub.db.pool.query(
      `select count(*)::int as rows, count(*) filter (where owner_kind is null)::int as unused from attachments`,
    )
    const onDisk = readdirSync(hub.filesDirectory, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
    const [{ rows: files, unused }] = rows as [{ rows: number; unused: number }]
    if (onDisk.length === files && unused <= (answers.counts[201] ?? 0)) break
    assert.ok(!signal.aborted, `${onDisk.length} files on the disk, ${files} rows, ${unused} of them unused`)
    await wait(50)
  }
})

test('a body that is almost JSON is refused or taken', { timeout }, async () => {
  const targets = operations.filter(({ method }) => method !== 'GET')
  const answers = new Answers()
  const json = fc.record({
    target: fc.nat().map((n) => targets[n % targets.length]!),
    caller: fc.nat(3),
    id: knownId,
    damages: damage,
    type: fc.constantFrom(
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      '',
      'application/json, x',
    ),
    n: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(json, async ({ target, caller, id, damages, type, n }) => {
      if (target.method === 'DELETE' || /sign_out/.test(target.path)) return
      const message = {
        sender: { handle: 'ivo' },
        body: 'x',
        metadata: { external_id: `j${n}`, external_conversation_id: 'c' },
      }
      const bytes = damaged(Buffer.from(JSON.stringify(message)), damages)
      const headers = { ...cookieOrToken(callers[caller]), ...(type && { 'content-type': type }) }
      await answers.of(() => sendBytes(target.method, pathOf(target, [id, id, id, id]), headers, bytes))
    }),
    runs(600),
  )
  assert.ok((answers.counts[400] ?? 0) > 50, JSON.stringify(answers.counts))
})

test('a token of nonsense is refused, also one that is signed well, and stores nothing', { timeout }, async () => {
  const answers = new Answers()
  const [channel = ''] = ids
  const claim = fc.oneof(nonsense, fc.constantFrom<unknown>(channel, company.typeUid, 'abc', 'HS256', 1e18))
  const token = fc.record({
    header: fc.oneof(
      fc.constant({ alg: 'HS256', typ: 'JWT' }),
      fc.dictionary(fc.constantFrom('alg', 'typ', 'crit', 'kid', 'jku', 'b64', 'zip'), claim),
      nonsense,
    ),
    claims: fc.oneof(
      fc.record({ iss: claim, sub: claim, jti: claim, exp: claim, nbf: claim, iat: claim }, { requiredKeys: [] }),
      nonsense,
    ),
    isSigned: fc.boolean(),
    damages: fc.oneof(unharmed, damage),
  })
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')
  const before = await rowCounts()
  await fc.assert(
    fc.asyncProperty(token, async ({ header, claims, isSigned, damages }) => {
      const signed = `${encode(header)}.${encode(claims)}`
      const signature = createHmac('sha256', isSigned ? company.channelSecret : 'x')
        .update(signed)
        .digest('base64url')
      const whole = damaged(Buffer.from(`${signed}.${signature}`), damages).toString('latin1')
      const authorization = `Bearer ${whole.replace(/[^\x20-\x7e\xa0-\xff]/g, '')}`
      const message = {
        sender: { handle: 'ivo' },
        body: 'x',
        metadata: { external_id: 't', external_conversation_id: 'c' },
      }
      const headers = { authorization, 'content-type': 'application/json' }
      const bytes = Buffer.from(JSON.stringify(message))
      const status = await answers.of(() => sendBytes('POST', `/channels/${channel}/inbound_messages`, headers, bytes))
      assert.ok(status === 401 || status === 431, String(status))
    }),
    runs(400),
  )
  assert.deepEqual(await rowCounts(), before)
})
