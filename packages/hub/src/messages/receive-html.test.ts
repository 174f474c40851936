import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parsePublicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany
let other: StaffedCompany

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  other = await hub.addStaffedCompany('other')
})
after(() => hub.close())

let count = 0
async function push(body: string, { to = acme, kind = 'inbound_messages' } = {}) {
  const metadata = { external_id: `h-${count++}`, external_conversation_id: 'html' }
  const people = kind === 'inbound_messages' ? { sender: { handle: 'h' } } : { to: [{ handle: 'h' }] }
  const answer = await hub.request('POST', `/channels/${to.channelPublicId}/${kind}`, {
    as: to.channelToken(),
    body: { ...people, body, metadata },
  })
  assert.equal(answer.status, 202, answer.text)
  return answer.body.message_uid as string
}

async function read(uid: string, { of = acme } = {}) {
  const answer = await hub.request('GET', `/messages/alt:uid:${uid}`, { as: of.apiToken })
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}

const size = 900_000
const paragraph = '<p>x</p>'
const fill = (unit: string) => unit.repeat(size / unit.length)

/** Bodies of the largest size that slow down parsers, sanitisers and converters. */
const worst: Record<string, string> = {
  'nested div': fill('<div>'),
  'nested table': fill('<table><tr><td>x'),
  'nested list': fill('<ul><li>x'),
  'nested b': fill('<b>x'),
  'nested link': fill('<a href=x>x'),
  'nested font': fill('<font color=red>x'),
  'a table out of order': fill('<td>x<table></tr><th>'),
  '100,000 attributes': `<p ${Array.from({ length: 100_000 }, (_, i) => `a${i}=x`).join(' ')}>x</p>`,
  'one attribute that never ends': `<p title="${'<p '.repeat(size / 3)}`,
  'a style of many': `<p style="${fill('color:red;')}">x</p>`,
  'many styles': fill('<p style="color:red;margin:0">x</p>'),
  'a stylesheet': `<style>${fill('p{color:red}')}</style><p>x</p>`,
  '<': fill('<'),
  '&': fill('&'),
  '&amp;': fill('&amp;'),
  entities: fill('&#128512;&nbsp;'),
  comments: fill('<!--'),
  svg: fill('<svg><path d="x">'),
  'line breaks': fill('x<br>'),
  paragraphs: fill('<p>x</p>'),
  'quotes in quotes of many lines': `${'<blockquote>'.repeat(190)}${'x<br>'.repeat(100_000)}`,
}

test('bodies of other companies are received and read while the worst bodies of one are converted, and all are kept', async () => {
  const shapes = Object.entries(worst)
  const kept: { shape: string; uid: string; body: string }[] = []
  const pushAll = async () => {
    for (let next = shapes.pop(); next; next = shapes.pop()) {
      const [shape, rest] = next
      const body = paragraph + rest
      kept.push({ shape, body, uid: await push(body) })
    }
  }
  let isDone = false
  const bad = Promise.all(Array.from({ length: 6 }, pushAll)).then(() => (isDone = true))
  for (let n = 0; n < 10; n++) {
    const text = await read(await push('Where is my parcel?', { to: other }), { of: other })
    assert.equal(text.text, 'Where is my parcel?')
    const html = await read(await push(`<p>${'Where is my parcel? '.repeat(200)}</p>`, { to: other }), { of: other })
    assert.match(html.text, /^Where is my parcel\?/)
    assert.ok(!isDone, 'the others were answered only when all was converted')
  }
  await bad
  assert.equal(kept.length, Object.keys(worst).length)
  for (const { shape, uid, body } of kept) {
    const message = await read(uid)
    assert.equal(message.body, body, shape)
    assert.match(message.text, /x/, shape)
    assert.ok(message.blurb.includes('x'), shape)
    assert.ok(['inline', 'frame', 'text'].includes(message.render.kind), shape)
  }
})

test('a body that is nested too deeply to convert is rendered as text', async () => {
  const message = await read(
    await push(`${'<div>'.repeat(2_000)}Hello &amp; goodbye<style>p{}</style>${'</div>'.repeat(2_000)}`),
  )
  assert.deepEqual(
    [message.text, message.blurb, message.render],
    ['Hello & goodbye', 'Hello & goodbye', { kind: 'text' }],
  )
})

test('the converted forms of an HTML body are stored with it', async () => {
  for (const kind of ['inbound_messages', 'outbound_messages']) {
    const uid = await push('<h1>Hi</h1><p>there</p>', { kind })
    const [row] = await rows(uid)
    assert.deepEqual([row.text, row.html, row.shown], ['Hi\n\nthere', '<h1>Hi</h1><p>there</p>', 'frame'])
  }
})

test('a sentence with a single tag is plain text, without converted forms', async () => {
  const uid = await push('a <b> c')
  assert.equal((await rows(uid)).length, 0)
})

test('a body stored by an older hub or converter is converted when it is read, and stored', async () => {
  for (const makeOutdated of [
    'delete from html_forms',
    "update html_forms set version = 0, text = 'old', html = 'old'",
  ]) {
    const uid = await push('<p>Hi <b>there</b></p>')
    const id = await messageNumberOf(uid)
    await hub.db.pool.query(`${makeOutdated} where company_id = $1 and message_id = $2`, [acme.companyId, id])
    await hub.db.pool.query(`update messages set blurb = '' where company_id = $1 and id = $2`, [acme.companyId, id])
    const message = await read(uid)
    assert.deepEqual(
      [message.text, message.blurb, message.render],
      ['Hi there', 'Hi there', { kind: 'inline', html: '<p>Hi <b>there</b></p>' }],
    )
    const [row] = await rows(uid)
    assert.deepEqual([row.text, row.blurb], ['Hi there', 'Hi there'])
  }
})

test('text that an older hub took for HTML is shown whole', async () => {
  const body = 'Our page shows no <title> tag, please mend it'
  const uid = await push(body)
  await hub.db.pool.query(
    "update messages set body_format = 'html', blurb = 'Our page shows no' where company_id = $1 and id = $2",
    [acme.companyId, await messageNumberOf(uid)],
  )
  const message = await read(uid)
  assert.deepEqual([message.text, message.blurb, message.render], [body, body, null])
  assert.equal(message.body, '<p>Our page shows no &lt;title&gt; tag, please mend it</p>')
})

const messageNumberOf = async (uid: string) => parsePublicId('msg', (await read(uid)).id)?.number ?? 0

async function rows(uid: string) {
  const { rows } = await hub.db.pool.query(
    `select f.*, m.blurb from html_forms f join messages m on m.company_id = f.company_id and m.id = f.message_id
     where f.company_id = $1 and f.message_id = $2`,
    [acme.companyId, await messageNumberOf(uid)],
  )
  return rows
}
