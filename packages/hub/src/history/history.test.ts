import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, inbound, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { type EmptyHub, type Fixture, makeFixture, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { spawnPortico } from '../../../../tests/harness/portico.ts'
import { createTeammate } from '../teammates/create.ts'

let hub: EmptyHub
const folder = mkdtempSync(join(tmpdir(), 'portico-history-'))
const channels: TestChannel[] = []
before(async () => {
  hub = await startEmptyHub()
})
after(async () => {
  for (const { server } of channels) await server.stop()
  await hub?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Company extends Fixture {
  channel: TestChannel
}

const address = 'desk'

/** A company with an admin, an inbox and a channel of this address. */
async function addCompany(at = address): Promise<Company> {
  const company = await makeFixture(hub.db, hub.url, hub.bus)
  const channel = await addTestChannel(company, {
    type: { wants_message_imported: true, capabilities: ['buttons', 'locations', 'edits', 'deletions'] },
  })
  channels.push(channel)
  await hub.db.query('t_address', 'update channels set address = $2 where company_id = $1', [company.companyId, at])
  return { ...company, channel }
}

const bearer = ({ token }: Fixture) => `Bearer ${token}`

function start(company: Fixture, args: string[]) {
  const run = spawnPortico(args, { PORTICO_URL: hub.url, PORTICO_TOKEN: company.token })
  const texts = { out: '', err: '' }
  run.child.stdout?.on('data', (text) => {
    texts.out += text
  })
  run.child.stderr?.on('data', (text) => {
    texts.err += text
  })
  return { ...run, ended: run.ended.then((code) => ({ code, ...texts })) }
}

const portico = (company: Fixture, ...args: string[]) => start(company, args).ended

async function exported(company: Fixture): Promise<string> {
  const { code, out, err } = await portico(company, 'export')
  assert.equal(code, 0, err)
  return out
}

let files = 0

function fileWith(text: string): string {
  const path = join(folder, `${++files}.jsonl`)
  writeFileSync(path, text)
  return path
}

async function imported(company: Fixture, text: string, ...args: string[]) {
  const { code, out, err } = await portico(company, 'import', fileWith(text), '--json', ...args)
  assert.equal(code, 0, err)
  return { ...JSON.parse(out), err }
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const asText = (lines: object[]) => `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
const typed = (text: string, type: string) => linesOf(text).filter((line) => line.type === type)

async function count(company: Fixture, table: string): Promise<number> {
  const { rows } = await hub.db.pool.query(`select count(*)::int as n from ${table} where company_id = $1`, [
    company.companyId,
  ])
  return rows[0].n
}

/** Files that are not to be removed: the timer takes those that were dropped a moment later. */
async function countFiles({ companyId }: Fixture): Promise<number> {
  const { rows } = await hub.db.pool.query(
    'select count(*)::int as n from attachments where company_id = $1 and (expires_at is null or expires_at > now())',
    [companyId],
  )
  return rows[0].n
}

async function conversationsOf(company: Fixture): Promise<any[]> {
  return (await company.call('GET', '/conversations?limit=100&sort_order=asc')).body._results
}

/** A file with conversations of so many messages. */
function written(conversations: number, messages: number, change: (line: any) => object = (line) => line): string {
  const lines: any[] = [
    { type: 'portico-history', version: 1 },
    { type: 'channel', number: 1, channel_type: 'Test channel', name: 'Test', address },
  ]
  for (let c = 0; c < conversations; c++) {
    const time = (n: number) =>
      new Date(1_700_000_000_000 + (c * messages + n) * 1_000).toISOString().replace('Z', '000Z')
    lines.push({
      ...{ type: 'conversation', channel: 1, external_ids: [{ channel: 1, external_id: `c${c}` }] },
      ...{ contact: { handle: `h${c}`, name: 'Ivo' }, status: c % 2 ? 'archived' : 'open', priority: 'normal' },
      created_at: time(0),
    })
    for (let n = 0; n < messages; n++) {
      const own = { external_id: `m${c}-${n}`, is_inbound: n % 2 === 0, sent_at: time(n) }
      lines.push({ type: 'message', ...own, body: `Text ${n} of ${c}`, body_format: 'text' })
    }
  }
  lines.push({ type: 'end', conversations, messages: conversations * messages, files: 0 })
  return asText(lines.map(change))
}

const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(900_000)])

/** Everything that a conversation can be. */
async function fill(company: Company): Promise<void> {
  const { channel, companyId } = company
  const system = { companyId, kind: 'system', id: null } as const
  const author = { email: `bea${companyId}@acme.example`, firstName: 'Bea', lastName: 'Okafor' }
  const bea = await createTeammate(hub.db, hub.bus, system, author)
  const other = (await company.call('POST', '/inboxes', { name: 'Sales' })).body.id
  for (const [n, handle] of ['ivo', 'ana', 'lea', 'kim'].entries()) {
    await channel.push({ body: `Hello ${handle}`, externalId: `in-${n}`, conversation: handle, handle, name: handle })
  }
  const many = Array.from({ length: 12 }, (_, n) =>
    channel.push({ body: `Together ${n}`, externalId: `t-${n}`, conversation: n % 2 ? 'ivo' : 'ana', handle: 'ivo' }),
  )
  await Promise.all(many)
  const report = (method: string, path: string, body: object) =>
    company.call(method, `/channels/${channel.id}/conversations/${path}`, body, { token: channel.token() })
  assert.equal((await report('PATCH', 'ana/messages/t-2', { body: '<p>Better <b>so</b></p>' })).status, 204)
  assert.equal((await report('DELETE', 'ivo/messages/t-3', {})).status, 204)
  await channel.push({ body: 'Long ago', externalId: 'old', conversation: 'ivo', deliveredAt: 1_600_000_000 })
  const form = formOf([
    ['sender[handle]', 'ana'],
    ['body', '<p>See <b>this</b></p>'],
    ['metadata[external_id]', 'with-files'],
    ['metadata[external_conversation_id]', 'ana'],
    ['attachments[0]', fileOf('picture “1”.png', picture, 'image/png')],
    ['attachments[1]', fileOf('empty.txt', '', 'text/plain')],
  ])
  const pushed = await sendForm(hub, `/channels/${channel.id}/inbound_messages`, `Bearer ${channel.token()}`, form)
  assert.equal(pushed.status, 202, pushed.text)
  const press = { ...inbound({ body: '', externalId: 'press', conversation: 'kim', handle: 'kim' }) }
  const pressed_button = { title: 'Yes', id: 'yes' }
  const location = { url: 'https://maps.example/1', longitude: 4.9, latitude: -0.5, name: 'Pier\n7', address: null }
  await company.call(
    'POST',
    `/channels/${channel.id}/inbound_messages`,
    { ...press, metadata: { ...press.metadata, pressed_button, location } },
    { token: channel.token() },
  )
  await company.call(
    'POST',
    `/channels/${channel.id}/outbound_messages`,
    {
      ...{ to: [{ handle: 'lea', name: 'Lea' }, { handle: 'max' }], body: 'From a phone', sender_name: 'Bea at home' },
      metadata: { external_id: 'out', external_conversation_id: 'lea', referenced_message_external_id: 'in-2' },
    },
    { token: channel.token() },
  )
  const [ivo, ana, lea, kim] = (await conversationsOf(company)).sort(
    (a, b) =>
      ['ivo', 'ana', 'lea', 'kim'].indexOf(a.recipient.handle) -
      ['ivo', 'ana', 'lea', 'kim'].indexOf(b.recipient.handle),
  )
  channel.server.behave = ({ body }, response) =>
    String(body.payload.text) === 'Refused'
      ? answer(response, 400, { type: 'bad_request', message: 'No such number' })
      : answer(response, 200, { type: 'success', external_id: `ext-${files++}` })
  const reply = (id: string, text: string) =>
    company.call('POST', `/conversations/${id}/messages`, {
      ...{ body: text, author_id: publicId('tea', companyId, bea), options: { archive: false } },
      buttons: [
        { id: 'yes', title: 'Yes' },
        { title: 'See', url: 'https://acme.example/', id: 'see' },
      ],
    })
  for (const [id, text] of [
    [ivo.id, 'Answer'],
    [ana.id, 'Refused'],
  ] as const)
    assert.equal((await reply(id, text)).status, 202)
  await company.call('POST', `/channels/${channel.id}/messages`, {
    to: ['zoe'],
    body: 'First from us',
    subject: 'Offer',
  })
  await settled(company)
  const change = (id: string, body: object) => company.call('PATCH', `/conversations/${id}`, body)
  await change(ivo.id, { assignee_id: publicId('tea', companyId, company.adminId), inbox_id: other })
  await change(lea.id, { status: 'archived' })
  await change(kim.id, { status: 'deleted' })
  await company.call('PUT', `/conversations/${ana.id}/priority`, { priority: 'urgent' })
  await hub.db.query(
    't_many',
    `insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
     select company_id, channel_id, 'another', conversation_id, id + 1000000 from conversation_external_ids
     where company_id = $1 and external_id = 'lea'`,
    [companyId],
  )
}

async function settled(company: Fixture): Promise<void> {
  for (;;) {
    const event = Promise.withResolvers<void>()
    const unsubscribe = hub.bus.on('events', () => event.resolve())
    const isOver = (await count(company, 'outbox')) === 0
    if (!isOver) await event.promise
    unsubscribe()
    if (isOver) return
  }
}

describe('the pages of an export', () => {
  it('end with the last message', async () => {
    const company = await addCompany('pages')
    let uid = ''
    for (const n of [1, 2, 3, 4])
      uid = (await company.channel.push({ body: `No. ${n}`, externalId: `p${n}`, conversation: 'p', handle: 'p' })).body
        .message_uid
    const message = (await company.call('GET', `/messages/alt:uid:${uid}`)).body
    const path = `/history/conversations/${message._links.related.conversation.split('/').at(-1)}/messages`
    const next = async (query: string) => (await company.call('GET', `${path}?${query}`)).body._pagination.next
    assert.equal(await next('limit=4'), null)
    assert.equal(await next('limit=100'), null)
    const token = new URL(await next('limit=2')).searchParams.get('page_token')
    assert.equal(await next(`limit=2&page_token=${token}`), null)
  })
})

describe('export, import into a company without conversations, export', () => {
  let first: Company
  let second: Company
  let text: string
  let signInOfSecond: string
  before(async () => {
    first = await addCompany()
    await fill(first)
    text = await exported(first)
    second = await addCompany()
    signInOfSecond = second.admin.email
    await second.call('POST', '/inboxes', { name: 'Sales' })
    await hub.db.query('t_admin', 'update teammates set email = $3 where company_id = $1 and id = $2', [
      ...[second.companyId, second.adminId, first.admin.email],
    ])
  })

  it('is the same, byte by byte, files included', async () => {
    assert.deepEqual(
      {
        ...Object.fromEntries(
          ['conversation', 'message', 'file', 'file_part'].map((type) => [type, typed(text, type).length]),
        ),
      },
      { conversation: 5, message: 23, file: 2, file_part: 1 },
    )
    const { conversations, messages, known, files } = await imported(second, text)
    assert.deepEqual({ conversations, messages, known, files }, { conversations: 5, messages: 23, known: 0, files: 2 })
    assert.equal(await exported(second), text)
  })

  it('names nothing by the ids of the hub', () => {
    assert.doesNotMatch(text, /"(?:cnv|msg|cha|inb|tea|fil|crd|app)_/)
  })

  it('has the same bytes of a file, with its name and type', async () => {
    const [file] = typed(text, 'file')
    assert.deepEqual([file.filename, file.content_type], ['picture “1”.png', 'image/png'])
    assert.equal(file.sha256, createHash('sha256').update(picture).digest('hex'))
    const rows = await hub.db.query<{ id: number }>(
      't_file',
      "select id from attachments where company_id = $1 and filename like 'picture%'",
      [second.companyId],
    )
    const url = `${hub.url}/download/${publicId('fil', second.companyId, rows[0]!.id)}`
    const bytes = Buffer.from(await (await fetch(url, { headers: { authorization: bearer(second) } })).arrayBuffer())
    assert.ok(bytes.equals(picture))
  })

  it('sends nothing, opens nothing, is unread for nobody, and is one event', async () => {
    assert.deepEqual(
      second.channel.server.received.map(({ body }) => body.type),
      ['authorization'],
    )
    for (const table of ['outbox', 'channel_callbacks', 'delivery_attempts'])
      assert.equal(await count(second, table), 0)
    const { rows } = await hub.db.pool.query(
      "select type, cause, data from events where company_id = $1 and type not in ('inbox', 'channel', 'teammate') order by 1, 2, 3",
      [second.companyId],
    )
    assert.deepEqual([...new Set(rows.map(({ type, cause }) => `${type} ${cause}`))], ['history_imported import'])
    assert.equal(
      rows.reduce((sum, { data }) => sum + data.messages, 0),
      23,
    )
    const as = await hub.signIn(signInOfSecond)
    const { _results } = (await hub.request('GET', '/conversations?limit=100', { as })).body
    assert.deepEqual(
      _results.filter(({ unread }: any) => unread),
      [],
    )
    const archived = _results.filter(({ status }: any) => status === 'archived')
    assert.equal(archived.length, 2)
  })

  it('changes nothing when it is imported once more, also where it came from', async () => {
    for (const company of [second, first]) {
      const events = await count(company, 'events')
      const { messages, known } = await imported(company, text)
      assert.deepEqual([messages, known], [0, 23])
      assert.equal(await exported(company), text)
      assert.equal(await count(company, 'events'), events)
    }
    for (const company of [second, first]) assert.equal(await countFiles(company), 2)
  })

  it('gives an author who is no teammate a name and no access', async () => {
    const { _results } = (await second.call('GET', '/teammates')).body
    assert.deepEqual(
      _results.map(({ first_name }: any) => first_name),
      ['Ada'],
    )
    const [ivo] = (await conversationsOf(second)).filter(({ recipient }) => recipient.handle === 'ivo')
    const thread = (await second.call('GET', `/conversations/${ivo.id}/messages`)).body._results
    const answered = thread.find(({ text }: any) => text === 'Answer')
    assert.deepEqual([answered.author.first_name, answered.delivery.state], ['Bea', 'sent'])
  })
})

describe('after an import', () => {
  it('a push of what was imported is a repeat, and a new message is unread and opens its conversation', async () => {
    const company = await addCompany()
    await imported(company, written(2, 2))
    const messages = await count(company, 'messages')
    await company.channel.push({ body: 'Text 0 of 1', externalId: 'm1-0', conversation: 'c1', handle: 'h1' })
    assert.equal(await count(company, 'messages'), messages)
    await company.channel.push({ body: 'Again', externalId: 'new', conversation: 'c1', handle: 'h1' })
    const [newest] = (await company.call('GET', '/conversations')).body._results
    assert.deepEqual([newest.recipient.handle, newest.last_message.blurb, newest.status], ['h1', 'Again', 'unassigned'])
    assert.equal(await count(company, 'conversations'), 2)
  })

  it('an import of older messages changes nothing of a conversation that people work in', async () => {
    const company = await addCompany()
    await company.channel.push({ body: 'Now', externalId: 'now', conversation: 'c0', handle: 'h0' })
    const [before] = await conversationsOf(company)
    await imported(
      company,
      written(1, 3, (line) => (line.type === 'conversation' ? { ...line, status: 'trashed' } : line)),
    )
    const [after] = await conversationsOf(company)
    assert.deepEqual([after.id, after.status, after.last_message.blurb], [before.id, before.status, 'Now'])
    const thread = (await company.call('GET', `/conversations/${after.id}/messages?sort_order=asc`)).body._results
    assert.deepEqual(
      thread.map(({ text }: any) => text),
      ['Text 0 of 0', 'Text 1 of 0', 'Text 2 of 0', 'Now'],
    )
  })
})

describe('an import that was killed', () => {
  it('is run again, and ends as if it had been run once', async () => {
    const company = await addCompany()
    const text = written(30, 40)
    const pipe = join(folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    const run = start(company, ['import', pipe])
    const writer = createWriteStream(pipe)
    writer.on('error', () => {})
    writer.write(text.slice(0, Math.floor(text.length * 0.7)))
    for (;;) {
      const event = Promise.withResolvers<void>()
      const unsubscribe = hub.bus.on('events', () => event.resolve())
      const isUnderWay = (await count(company, 'messages')) > 0
      if (!isUnderWay) await event.promise
      unsubscribe()
      if (isUnderWay) break
    }
    run.child.kill('SIGKILL')
    assert.equal((await run.ended).code, 'SIGKILL')
    writer.destroy()
    const before = await count(company, 'messages')
    assert.ok(before > 0 && before < 1_200, `${before} messages`)
    const { messages, known } = await imported(company, text)
    assert.equal(messages + known, 1_200)
    assert.equal(known, before)
    const whole = await addCompany()
    await imported(whole, text)
    assert.equal(await exported(company), await exported(whole))
    assert.equal(await exported(whole), text)
  })
})

describe('a line that cannot be stored', () => {
  const spoilt = (line: any) => {
    if (line.external_id === 'm0-1') return { ...line, sent_at: '2024-02-31T00:00:00Z' }
    if (line.external_id === 'm0-2') return { ...line, body_format: 'markdown' }
    return line
  }

  it('ends the import with its number and what is wrong', async () => {
    const company = await addCompany()
    const { code, err } = await portico(company, 'import', fileWith(written(1, 4, spoilt)))
    assert.equal(code, 1)
    assert.match(err, /^portico: line 6: body_format: must be one of "text", "html"/)
    assert.equal(await count(company, 'messages'), 0)
  })

  it('is reported and skipped with --skip-bad', async () => {
    const company = await addCompany()
    const text = written(1, 4, spoilt).replace('{"type":"end"', 'no JSON\n{"type":"end"')
    const { messages, skipped, err } = await imported(company, text, '--skip-bad')
    assert.deepEqual([messages, skipped], [2, 3])
    assert.match(err, /line 8: is not JSON; skipped/)
    assert.match(err, /line 6: body_format: must be/)
    assert.match(err, /line 5: sent_at: is not a time/)
  })

  for (const [what, change, says] of [
    [
      'an assignee who is nobody',
      { assignee: 'who@acme.example' },
      /line 3: assignee: who@acme.example is not a teammate/,
    ],
    ['an inbox that is not there', { inbox: 'Nowhere' }, /line 3: inbox: there is no inbox "Nowhere"/],
    ['another channel', { channel: 2 }, /line 3: channel: 2 is not declared in this file/],
    ['no external id', { external_ids: [] }, /line 3: external_ids: must not have fewer than 1 items/],
  ] as const) {
    it(`is one with ${what}`, async () => {
      const company = await addCompany()
      const text = written(1, 1, (line) => (line.type === 'conversation' ? { ...line, ...change } : line))
      const { code, err } = await portico(company, 'import', fileWith(text))
      assert.equal(code, 1)
      assert.match(err, says)
      assert.equal(await count(company, 'conversations'), 0)
    })
  }

  it('is a file whose bytes are others than it says', async () => {
    const company = await addCompany()
    const lines = linesOf(written(1, 1))
    const file = { type: 'file', sha256: '00', size: 1, filename: 'a', content_type: 'text/plain', base64: 'YQ==' }
    const text = asText([...lines.slice(0, 3), file, { ...lines[3], files: 1 }, ...lines.slice(4)])
    assert.match((await portico(company, 'import', fileWith(text))).err, /line 4: sha256: is not that of the bytes/)
  })

  it('is the end of a file that is incomplete, and what is no export is said to be none', async () => {
    const company = await addCompany()
    const cut = await portico(company, 'import', fileWith(asText(linesOf(written(1, 2)).slice(0, -1))))
    assert.deepEqual([cut.code, await count(company, 'messages')], [1, 2])
    assert.match(cut.err, /incomplete/)
    assert.match((await portico(company, 'import', fileWith('hello\n'))).err, /line 1: this is no file of/)
    assert.match((await portico(company, 'import', join(folder, 'none'))).err, /cannot be read \(ENOENT\)/)
  })
})

describe('the channels of a file', () => {
  it('are all named when they are not here, and can be given', async () => {
    const company = await addCompany('elsewhere')
    const file = fileWith(written(1, 1))
    const missing = await portico(company, 'import', file)
    assert.equal(missing.code, 1)
    assert.match(missing.err, /1: "Test" of the type "Test channel", address desk/)
    const given = await portico(company, 'import', file, '--channel', `1=${company.channel.id}`)
    assert.equal(given.code, 0, given.err)
  })

  it('are never those of another company', async () => {
    const [mine, other] = [await addCompany(), await addCompany()]
    const { code, err } = await portico(mine, 'import', fileWith(written(1, 1)), '--channel', `1=${other.channel.id}`)
    assert.equal(code, 1)
    assert.match(err, /There is nothing with this id/)
    assert.deepEqual([await count(mine, 'messages'), await count(other, 'messages')], [0, 0])
  })
})
