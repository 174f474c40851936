import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub.close())

let count = 0
function message(change: object = {}, metadata: object = {}) {
  const ids = { external_id: `b-${count++}`, external_conversation_id: 'body' }
  return { sender: { handle: 'h' }, body: 'x', metadata: { ...ids, ...metadata }, ...change }
}

const push = (body: unknown, { kind = 'inbound_messages', headers = {} } = {}) =>
  hub.request('POST', `/channels/${acme.channelPublicId}/${kind}`, { as: acme.channelToken(), body, headers })

const stored = async (id: string) =>
  (await hub.db.pool.query('select * from messages where company_id = $1 and external_id = $2', [acme.companyId, id]))
    .rows[0]

async function refused(body: unknown, detail: RegExp) {
  const answer = await push(body)
  assert.deepEqual([answer.status, answer.body._error.code], [400, 'invalid_body'], answer.text)
  assert.match(answer.body._error.details.join('\n'), detail)
}

async function kept(body: ReturnType<typeof message>, kind?: string) {
  const answer = await push(body, kind ? { kind } : {})
  assert.equal(answer.status, 202, answer.text)
  return stored(body.metadata.external_id)
}

test('an id that is empty, blank or longer than 200 is refused by name; 200 of any script are kept', async () => {
  for (const name of ['external_id', 'external_conversation_id']) {
    for (const id of ['', '  ', 'x'.repeat(201), 7])
      await refused(message({}, { [name]: id }), new RegExp(`body\\.metadata\\.${name}`))
  }
  for (const id of ['x'.repeat(200), 'é'.repeat(200), '漢'.repeat(200)])
    assert.equal((await kept(message({}, { external_id: id }))).external_id, id)
})

test('delivered_at counts seconds, from 1970 to a day ahead', async () => {
  const now = Math.floor(Date.now() / 1000)
  for (const at of [-1, 1.5, 9e15, 884_541_427_200, now * 1000, now + 90_000, '0'])
    await refused(message({ delivered_at: at }), /body\.delivered_at/)
  for (const at of [0, now, now + 80_000, null]) await kept(message({ delivered_at: at }))
})

test('a megabyte of one emoji, right-to-left overrides and zalgo are just text', async () => {
  for (const body of [
    '😀'.repeat(250_000),
    '\u202e reversed \u202c',
    'z\u0300\u0301\u0302'.repeat(500),
    'line\n'.repeat(100_000),
  ]) {
    const row = await kept(message({ body }))
    assert.equal(row.body, body)
    assert.ok(row.blurb.length <= 200 && row.blurb.isWellFormed())
  }
})

test('unknown fields change nothing', async () => {
  const body = message(
    { company_id: 7, id: 1, is_admin: true, is_inbound: false, body_format: 'markdown', attachments: ['junk'] },
    { thread_ref: 'x' },
  )
  const text = JSON.stringify(body).replace('{', '{"__proto__":{"polluted":1},')
  const answer = await push(text)
  assert.equal(answer.status, 202, answer.text)
  const row = await stored(body.metadata.external_id)
  assert.deepEqual([row.company_id, row.is_inbound], [acme.companyId, true])
  assert.equal(({} as { polluted?: number }).polluted, undefined)
})

test('a character that cannot be stored is refused, and the field is named', async () => {
  for (const bad of ['\0', '\ud800']) {
    const answer = await push(message({ body: `x${bad}y` }))
    assert.deepEqual([answer.status, answer.body._error.code], [400, 'invalid_character'])
    assert.match(answer.body._error.details[0], /^body\.body/)
  }
})

test('JSON without a type or as plain text is accepted, and a form of the old kind is refused with what to send', async () => {
  const json = { 'content-type': 'text/plain' }
  assert.equal((await push(message(), { headers: json })).status, 202)
  const answer = await push('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  assert.deepEqual([answer.status, answer.body._error.code], [415, 'unsupported_media_type'])
  assert.match(answer.body._error.message, /application\/json/)
})

test('an empty body is refused; HTML is known by a known element', async () => {
  for (const body of ['', '  \n']) await refused(message({ body }), /body\.body/)
  const html = await kept(message({ body: '<p>Where is <b>my</b>\n parcel?</p>' }))
  assert.deepEqual([html.body_format, html.blurb], ['html', 'Where is my parcel?'])
  const text = await kept(message({ body: 'a < b and\n\n b > c <3' }))
  assert.deepEqual([text.body_format, text.blurb], ['text', 'a < b and b > c <3'])
})

test('the field “to” may be one object or several, and the first is the contact', async () => {
  const { sender, ...rest } = message()
  const one = await kept({ ...rest, to: { handle: 'one' } } as never, 'outbound_messages')
  assert.deepEqual([one.handle, one.recipients], ['one', null])
  const many = message()
  const several = await kept(
    { ...many, to: [{ handle: 'one' }, { handle: 'two', name: 'Two' }] } as never,
    'outbound_messages',
  )
  assert.deepEqual(several.recipients, [
    { handle: 'one', name: null, role: 'to' },
    { handle: 'two', name: 'Two', role: 'to' },
  ])
  assert.equal(several.contact_id, one.contact_id)
})

test('an author of another company is refused', async () => {
  const other = await hub.addStaffedCompany('other')
  for (const author_id of ['tea_zzz', `alt:email:${other.admin.email}`]) {
    const answer = await push({ ...message(), to: { handle: 'h' }, author_id }, { kind: 'outbound_messages' })
    assert.equal(answer.status, 400)
    assert.match(answer.body._error.details[0], /body\.author_id/)
  }
})

test('a handle that no index could hold is refused, not a failure of ours', async () => {
  await refused(message({ sender: { handle: '漢'.repeat(501) } }), /body\.sender\.handle/)
  await kept(message({ sender: { handle: '漢'.repeat(500), email: `${'é'.repeat(300)}@x.example` } }))
})

test('a name of invisible characters is replaced by the handle', async () => {
  for (const name of ['\u200b', '\u3164', ' \u2060\u00ad ']) {
    const row = await kept(message({ sender: { handle: 'unseen', name } }))
    assert.equal(row.name, null)
    const sent = message({ sender_name: name })
    const echo = await kept(
      {
        ...sent,
        to: [
          { handle: 'a', name },
          { handle: 'b', name: ' Bo ' },
        ],
      } as never,
      'outbound_messages',
    )
    assert.deepEqual([echo.sender_name, echo.recipients[0].name, echo.recipients[1].name], [null, null, 'Bo'])
  }
})
