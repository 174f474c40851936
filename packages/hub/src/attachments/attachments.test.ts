import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { fileOf, formOf, sendForm, upload } from '../../../../tests/harness/files.ts'
import { type EmptyHub, makeFixture, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let mine: StaffedCompany
let other: StaffedCompany
let admin: string
let conversation: string

before(async () => {
  hub = await startEmptyHub()
  mine = await hub.addStaffedCompany('mine')
  other = await hub.addStaffedCompany('other')
  admin = await hub.signIn(mine.admin.email)
  await push('hello', [])
  conversation = (await hub.request('GET', '/conversations', { as: mine.apiToken })).body._results[0].id
})
after(() => hub?.close())

const inboundPath = () => `/channels/${mine.channelPublicId}/inbound_messages`

function push(id: string, files: [string, File][], body = 'Hello', as = mine.channelToken()) {
  return sendForm(
    hub,
    inboundPath(),
    as,
    formOf([
      ['sender[handle]', 'ivo'],
      ['body', body],
      ['metadata[external_id]', id],
      ['metadata[external_conversation_id]', 'thread'],
      ...files,
    ]),
  )
}

async function messageOf(uid: string, as = mine.apiToken) {
  return (await hub.request('GET', `/messages/alt:uid:${uid}`, { as })).body
}

async function bytesOf(url: string, as: string, headers: Record<string, string> = {}) {
  const who: Record<string, string> = as.includes('portico_session=') ? { cookie: as } : { authorization: as }
  const response = await fetch(url, { headers: { ...who, ...headers } })
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

const storedFiles = (company = mine) => {
  try {
    return readdirSync(`${hub.filesDirectory}/${company.companyId}`)
  } catch {
    return []
  }
}

async function rows() {
  const [row] = await hub.db.query<{ n: number }>(
    't_rows',
    'select count(*)::int as n from attachments where company_id = $1',
    [mine.companyId],
  )
  return row?.n ?? 0
}

/** Waits until unused rows and files are removed from both. */
async function settled(count: number): Promise<void> {
  const timeout = AbortSignal.timeout(10_000)
  while ((await rows()) !== count || storedFiles().length !== count) {
    assert.ok(!timeout.aborted, `${await rows()} rows and ${storedFiles().length} files, not ${count}`)
    await wait(20)
  }
}

describe('an upload', () => {
  it('is stored unchanged, returned in Front’s format, and readable by its uploader alone', async () => {
    const bytes = randomBytes(300_000)
    const file = await upload(hub, admin, bytes, 'photo of it.bin', 'application/x-thing')
    assert.match(file.id, /^fil_/)
    assert.deepEqual(
      { ...file, id: '', url: '' },
      {
        ...{ id: '', url: '', filename: 'photo of it.bin', content_type: 'application/x-thing', size: 300_000 },
        metadata: { is_inline: false },
      },
    )
    const read = await bytesOf(file.url, admin)
    assert.deepEqual([read.status, read.bytes.equals(bytes)], [200, true])
    const member = await hub.signIn(mine.member.email)
    for (const as of [member, mine.apiToken, mine.channelToken(), other.apiToken, await hub.signIn(other.admin.email)])
      assert.equal((await bytesOf(file.url, as)).status, 404)
    assert.equal((await fetch(file.url)).status, 401)
    const [row] = await hub.db.query<{ sha256: string }>(
      't_hash',
      "select encode(sha256, 'hex') as sha256 from attachments where filename = 'photo of it.bin'",
    )
    assert.equal(row?.sha256, createHash('sha256').update(bytes).digest('hex'))
  })

  it('is dropped by its uploader, and nobody else', async () => {
    const file = await upload(hub, admin, 'x')
    for (const as of [mine.apiToken, await hub.signIn(mine.member.email), other.apiToken])
      assert.equal((await hub.request('DELETE', `/attachments/${file.id}`, { as })).status, 404)
    const before = await rows()
    assert.equal((await hub.request('DELETE', `/attachments/${file.id}`, { as: admin })).status, 204)
    assert.equal((await bytesOf(file.url, admin)).status, 404)
    await settled(before - 1)
  })

  it('is one file, in the field of that name', async () => {
    const before = await rows()
    const cases = [
      formOf([]),
      formOf([['attachment', 'a text']]),
      formOf([['file', fileOf('a', 'x')]]),
      formOf([
        ['attachment', fileOf('a', 'x')],
        ['attachment', fileOf('b', 'y')],
      ]),
      formOf([
        ['attachment', fileOf('a', 'x')],
        ['cid', 'logo'],
      ]),
    ]
    for (const form of cases) {
      const answer = await sendForm(hub, '/attachments', admin, form)
      assert.equal(answer.status, 400, answer.text)
    }
    await settled(before)
  })

  it('is refused from a page of another site', async () => {
    const response = await fetch(`${hub.url}/attachments`, {
      method: 'POST',
      headers: { cookie: admin, origin: 'https://evil.example' },
      body: formOf([['attachment', fileOf('a', 'x')]]),
    })
    assert.equal(response.status, 403)
  })
})

describe('a message with files', () => {
  const reply = (body: object, as = admin, headers = {}) =>
    hub.request('POST', `/conversations/${conversation}/messages`, {
      as,
      headers: { prefer: 'return=representation', ...headers },
      body,
    })

  it('has those that were uploaded before, in their order, and may be without text', async () => {
    const files = [await upload(hub, admin, 'one', '1.txt'), await upload(hub, admin, 'two', '2.txt')].reverse()
    const { status, body } = await reply({ body: '', attachment_ids: files.map(({ id }) => id) })
    assert.equal(status, 202, JSON.stringify(body))
    assert.deepEqual(
      body.attachments.map(({ filename, url }: any) => [filename, url]),
      files.map(({ filename, id }) => [filename, `${hub.settings.publicUrl}/messages/${body.id}/download/${id}`]),
    )
    for (const as of [mine.apiToken, mine.channelToken(), await hub.signIn(mine.member.email)])
      assert.equal((await bytesOf(body.attachments[0].url, as)).bytes.toString(), 'two')
    for (const as of [other.apiToken, other.channelToken()])
      assert.equal((await bytesOf(body.attachments[0].url, as)).status, 404)
    assert.equal((await hub.request('DELETE', `/attachments/${files[0]?.id}`, { as: admin })).status, 409)
    const listed = await hub.request('GET', `/conversations/${conversation}/messages`, { as: mine.apiToken })
    assert.deepEqual(listed.body._results[0].attachments, body.attachments)
    const timeline = await hub.request('GET', `/conversations/${conversation}/timeline`, { as: admin })
    assert.ok(timeline.text.includes(files[0]!.id))
  })

  it('takes no file of somebody else, none twice, and none that is not there', async () => {
    const used = await upload(hub, admin, 'used')
    assert.equal((await reply({ body: 'x', attachment_ids: [used.id] })).status, 202)
    const foreign = await upload(hub, mine.apiToken, 'x')
    const strangers = await upload(hub, other.apiToken, 'x')
    for (const id of [used.id, foreign.id]) {
      const answer = await reply({ body: 'x', attachment_ids: [id] })
      assert.deepEqual([answer.status, answer.body._error.code], [400, 'invalid_body'], id)
    }
    assert.equal((await reply({ body: 'x', attachment_ids: [strangers.id] })).status, 404)
    const own = await upload(hub, admin, 'x')
    assert.equal((await reply({ body: 'x', attachment_ids: [own.id, own.id] })).status, 400)
    assert.equal((await reply({ body: ' ' })).status, 400)
  })

  it('has the file alone when two concurrent messages use it', async () => {
    const file = await upload(hub, admin, 'x')
    const answers = await Promise.all(['a', 'b', 'c'].map((body) => reply({ body, attachment_ids: [file.id] })))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 400, 400])
  })

  it('is made once with an Idempotency-Key, which binds the files', async () => {
    const file = await upload(hub, admin, 'x')
    const body = { body: 'once', attachment_ids: [file.id] }
    const first = await reply(body, admin, { 'idempotency-key': 'k1' })
    const again = await reply(body, admin, { 'idempotency-key': 'k1' })
    assert.deepEqual([again.status, again.body.id], [202, first.body.id])
    assert.equal((await reply({ body: 'once' }, admin, { 'idempotency-key': 'k1' })).status, 422)
    const form = (bytes: string) =>
      sendForm(
        hub,
        `/conversations/${conversation}/messages`,
        mine.apiToken,
        formOf([
          ['body', 'a form'],
          ['attachments[]', fileOf('a.txt', bytes)],
        ]),
        { 'idempotency-key': 'k2' },
      )
    const made = await form('one')
    assert.equal(made.status, 202, made.text)
    const before = await rows()
    assert.equal((await form('one')).body.message_uid, made.body.message_uid)
    assert.equal((await form('two')).status, 422)
    await settled(before)
  })

  it('starts a conversation, as a form too', async () => {
    const answer = await sendForm(
      hub,
      `/channels/${mine.channelPublicId}/messages`,
      mine.apiToken,
      formOf([
        ['to[0]', 'eva'],
        ['body', ''],
        ['options[archive]', 'false'],
        ['attachments', fileOf('a.txt', 'one')],
        ['attachments', fileOf('b.txt', 'two')],
      ]),
    )
    assert.equal(answer.status, 202, answer.text)
    const message = await messageOf(answer.body.message_uid)
    assert.deepEqual(
      message.attachments.map(({ filename }: any) => filename),
      ['a.txt', 'b.txt'],
    )
  })
})

describe('a push of a channel', () => {
  it('stores its files with the field names of four clients, byte for byte', async () => {
    const bytes = randomBytes(70_000)
    const dialects: Record<string, string[]> = {
      needle: ['attachments[0]', 'attachments[1]'],
      formData: ['attachments', 'attachments'],
      curl: ['attachments[]', 'attachments[]'],
    }
    for (const [dialect, names] of Object.entries(dialects)) {
      const files = names.map((name, n): [string, File] => [name, fileOf(`${n}.bin`, bytes, 'image/png')])
      const answer = await push(`dialect-${dialect}`, files)
      assert.equal(answer.status, 202, answer.text)
      const { attachments } = await messageOf(answer.body.message_uid, mine.channelToken())
      assert.equal(attachments.length, 2)
      for (const { url } of attachments) assert.ok((await bytesOf(url, mine.channelToken())).bytes.equals(bytes))
    }
  })

  it('is stored once, and the files of a repeat are not', async () => {
    const first = await push('again', [['attachments', fileOf('a', 'x')]])
    const before = await rows()
    const again = await push('again', [['attachments', fileOf('a', 'x')]])
    assert.equal(again.body.message_uid, first.body.message_uid)
    await settled(before)
  })

  it('may be without text when there is a file', async () => {
    assert.equal((await push('no text', [['attachments', fileOf('a', 'x')]], '')).status, 202)
    assert.equal((await push('nothing', [], '')).status, 400)
  })

  it('has a picture within its text where the HTML names the file, and only there', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    )
    const body = '<p>Look: <img src="cid:the%20logo.png"> <img src="cid:not-a-picture.png"> cid:below.png</p>'
    const names = { 'the logo.png': png, 'not-a-picture.png': '<svg/>', 'below.png': png }
    const files = Object.entries(names).map(([name, bytes]): [string, File] => [
      'attachments',
      fileOf(name, bytes, 'image/png'),
    ])
    const { attachments } = await messageOf((await push('inline', files, body)).body.message_uid)
    assert.deepEqual(
      attachments.map(({ metadata: { is_inline, cid } }: any) => [is_inline, cid]),
      [
        [true, 'the logo.png'],
        [false, undefined],
        [false, undefined],
      ],
    )
    const plain = await messageOf((await push('not inline', files, 'see cid:below.png')).body.message_uid)
    assert.ok(plain.attachments.every(({ metadata }: any) => !metadata.is_inline))
  })

  it('is refused as a whole, and nothing is kept: a field too few, another channel’s token', async () => {
    const before = await rows()
    const form = formOf([
      ['sender[handle]', 'ivo'],
      ['attachments', fileOf('a', 'x')],
    ])
    assert.equal((await sendForm(hub, inboundPath(), mine.channelToken(), form)).status, 400)
    const foreign = await push('foreign', [['attachments', fileOf('a', 'x')]], 'x', other.channelToken())
    assert.ok([403, 404].includes(foreign.status), foreign.text)
    await settled(before)
  })
})

describe('the request to the channel', () => {
  let fixture: Awaited<ReturnType<typeof makeFixture>>
  let channel: TestChannel
  before(async () => {
    fixture = await makeFixture(hub.db, hub.url, hub.bus)
    channel = await addTestChannel(fixture)
  })
  after(() => channel?.server.stop())

  it('has URLs from which the channel downloads before it answers', async () => {
    const read: Buffer[] = []
    channel.server.behave = async ({ body }, response) => {
      for (const { url } of body.payload.attachments as { url: string }[])
        read.push((await bytesOf(url, `Bearer ${channel.token()}`)).bytes)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"type":"success"}')
    }
    const file = await upload(hub, `Bearer ${fixture.token}`, 'label', 'label.pdf', 'application/pdf')
    const made = await fixture.call('POST', `/channels/${channel.id}/messages`, {
      ...{ to: ['ivo'], body: 'Here', attachment_ids: [file.id] },
    })
    assert.equal(made.status, 202, made.text)
    await channel.server.until(() => channel.server.messages().length === 1)
    const [sent] = channel.server.messages()
    assert.ok(sent)
    const [told] = sent.body.payload.attachments as Record<string, unknown>[]
    assert.deepEqual({ ...told, url: '' }, { ...file, url: '', metadata: { is_inline: false } })
    assert.match(String(told?.url), /\/messages\/msg_\w+\/download\/fil_\w+$/)
    while (read.length === 0) await new Promise(setImmediate)
    assert.equal(read[0]?.toString(), 'label')
  })

  it('is not made for a file type that the channel does not support, which is refused before a byte is stored', async () => {
    const images = await addTestChannel(fixture, {
      type: { attachments: { max_bytes: 1_000, media_types: ['image/*'] } },
    })
    const shown = (await fixture.call('GET', `/channels/${images.id}`)).body.channel_type.attachments
    assert.deepEqual(shown, { max_bytes: 1_000, media_types: ['image/*'] })
    const before = storedFiles({ companyId: fixture.companyId } as StaffedCompany).length
    const send = (file: File) =>
      sendForm(
        hub,
        `/channels/${images.id}/messages`,
        `Bearer ${fixture.token}`,
        formOf([
          ['to[]', 'ivo'],
          ['body', 'x'],
          ['attachments', file],
        ]),
      )
    const refused = await send(fileOf('a.pdf', 'x', 'application/pdf'))
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'file_not_allowed'])
    assert.equal(storedFiles({ companyId: fixture.companyId } as StaffedCompany).length, before)
    assert.equal((await send(fileOf('a.png', 'x'.repeat(1_001), 'image/png'))).status, 413)
    assert.equal((await send(fileOf('a.png', 'x', 'image/png'))).status, 202)
    const earlier = await upload(hub, `Bearer ${fixture.token}`, 'x'.repeat(1_001), 'a.png', 'image/png')
    const named = await fixture.call('POST', `/channels/${images.id}/messages`, {
      ...{ to: ['ivo'], body: 'x', attachment_ids: [earlier.id] },
    })
    assert.deepEqual([named.status, named.body._error.code], [400, 'file_not_allowed'])
    await images.server.stop()
  })
})
