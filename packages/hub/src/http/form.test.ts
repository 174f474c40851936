import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub?.close())

const path = () => `/channels/${acme.channelPublicId}/outbound_messages`
let count = 0

/** The texts of a message that is good, in the names of HTTParty. */
const texts = (): [string, string][] => [
  ['to[][handle]', 'ivo'],
  ['to[][name]', 'Ivo'],
  ['to[][handle]', 'mia'],
  ['body', 'Hello'],
  ['metadata[external_id]', `m-${++count}`],
  ['metadata[external_conversation_id]', 'c'],
  ['delivered_at', '1767225600'],
]
const push = (fields: [string, string | File][]) => sendForm(hub, path(), acme.channelToken(), formOf(fields))

/** A form, byte by byte as it is given. */
function raw(body: string | Buffer, headers: Record<string, string> = {}, end: 'whole' | 'cut' = 'whole') {
  const { hostname, port } = new URL(hub.url)
  const bytes = Buffer.from(body)
  const all = {
    'Content-Type': 'multipart/form-data; boundary=x',
    'Content-Length': String(bytes.length),
    Authorization: acme.channelToken(),
    Connection: 'close',
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    socket.on('error', reject).on('close', () => resolve(answer))
    socket.write(`POST ${path()} HTTP/1.1\r\nHost: x\r\n${head.join('')}\r\n`)
    socket.write(bytes, () => {
      if (end === 'cut') setTimeout(() => socket.destroy(), 50)
    })
  })
}

const part = (name: string, value: string, more = '') =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
const good = () => texts().map(([name, value]) => part(name, value))

async function nothingKept() {
  const left = async () => {
    const [row] = await hub.db.query<{ n: number }>(
      't_left',
      'select count(*)::int as n from attachments where owner_kind is null',
    )
    return row?.n
  }
  const timeout = AbortSignal.timeout(10_000)
  while ((await left()) !== 0) {
    assert.ok(!timeout.aborted, 'files are left')
    await wait(20)
  }
}

describe('a form', () => {
  it('says what JSON says: nested, in lists, as one part of JSON, with numbers', async () => {
    const { status, body, text } = await push(texts())
    assert.equal(status, 202, text)
    const [row] = await hub.db.query<{ handle: string; recipients: unknown; delivered_at: Date }>(
      't_row',
      'select handle, recipients, delivered_at from messages order by id desc limit 1',
    )
    assert.deepEqual(row?.recipients, [
      { handle: 'ivo', name: 'Ivo', role: 'to' },
      { handle: 'mia', name: null, role: 'to' },
    ])
    assert.equal(row?.delivered_at.getTime(), 1_767_225_600_000)
    assert.ok(body.message_uid)
    const metadata = JSON.stringify({ external_id: `json-${++count}`, external_conversation_id: 'c' })
    const asJson = await push([
      ['to', '{"handle":"eva"}'],
      ['metadata', metadata],
      ['body', '{"not": "parsed"}'],
    ])
    assert.equal(asJson.status, 202, asJson.text)
    assert.equal((await push([['to[handle]', 'eva'], ...texts().slice(3)])).status, 202)
  })

  it('names its files with and without index, and a text there is none', async () => {
    const answer = await push([...texts(), ['attachments[0]', fileOf('a', 'x')], ['attachments', 'a text']])
    assert.equal(answer.status, 202, answer.text)
    const message = await hub.request('GET', `/messages/alt:uid:${answer.body.message_uid}`, { as: acme.apiToken })
    assert.equal(message.body.attachments.length, 1)
    assert.equal((await push([...texts(), ['picture', fileOf('a', 'x')]])).status, 400)
  })

  it('cannot reach a prototype', async () => {
    assert.equal(
      (await push([...texts(), ['__proto__[polluted]', '1'], ['constructor[prototype][polluted]', '1']])).status,
      202,
    )
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
  })

  it('is refused, and nothing is kept of it', async () => {
    const file = part('attachments', 'x'.repeat(1_000), '; filename="a.txt"')
    const cases: [what: string, body: string, headers?: Record<string, string>][] = [
      ['no boundary', `${file}--x--`, { 'Content-Type': 'multipart/form-data' }],
      ['another boundary', `${file}--x--`, { 'Content-Type': 'multipart/form-data; boundary=y' }],
      ['not a form', 'hello'],
      ['cut in a file', file.slice(0, 200)],
      ['cut before the end', [...good(), file].join('')],
      ['twice', `${[...good(), part('body', 'again'), file].join('')}--x--`],
      ['no UTF-8', `${[...good(), file].join('')}--x--`],
      ['too many fields', `${[...Array.from({ length: 51 }, (_, n) => part(`f${n}`, 'x')), file].join('')}--x--`],
      ['too many files', `${[...good(), ...Array.from({ length: 11 }, () => file)].join('')}--x--`],
      ['a file without a name', `${[...good(), file.replace('name="attachments"; ', '')].join('')}--x--`],
      ['a file of an empty name', `${[...good(), file.replace('"attachments"', '""')].join('')}--x--`],
      ['nested deeply', `${[...good(), part('a[b][c][d][e]', 'x'), file].join('')}--x--`],
    ]
    for (const [what, text, headers] of cases) {
      const body =
        what === 'no UTF-8' ? Buffer.concat([Buffer.from(part('subject', '\xff'), 'latin1'), Buffer.from(text)]) : text
      assert.match(
        await raw(body, headers),
        /^HTTP\/1\.1 400 .*"code":"(?:invalid_form|invalid_body|malformed_request)"/s,
        what,
      )
    }
    await nothingKept()
  })

  it('of a thousand parts is refused', async () => {
    const parts = Array.from({ length: 1_000 }, (_, n) => part(`f${n}`, 'x')).join('')
    assert.match(await raw(`${parts}--x--`), /^HTTP\/1\.1 400 /)
  })

  it('with more than 25 MB of files, or 1 MiB of texts, is a 413: by its length, and by what comes', async () => {
    assert.match(await raw('', { 'Content-Length': String(27 * 1024 * 1024) }), /^HTTP\/1\.1 413 /)
    const answer = await push([...texts(), ['attachments', fileOf('a', Buffer.alloc(25 * 1024 * 1024 + 1))]])
    assert.equal(answer.status, 413, answer.text)
    assert.equal((await push([...texts(), ['subject', 'x'.repeat(1_048_577)]])).status, 413)
    await nothingKept()
  })

  it('whose caller goes away in the middle leaves nothing', async () => {
    const file = part('attachments', 'x'.repeat(500_000), '; filename="a.txt"')
    assert.equal(await raw(file, { 'Content-Length': '900000' }, 'cut'), '')
    await nothingKept()
  })

  it('takes a whole 25 MB', async () => {
    const answer = await push([...texts(), ['attachments', fileOf('a', Buffer.alloc(25 * 1024 * 1024, 'a'))]])
    assert.equal(answer.status, 202, answer.text)
  })
})
