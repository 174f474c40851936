import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { fileOf, formOf, sendForm, upload } from '../../../../tests/harness/files.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany
let other: StaffedCompany
let cookie: string
before(async () => {
  hub = await startEmptyHub({ logLevel: 'silent' })
  acme = await hub.addStaffedCompany('acme')
  other = await hub.addStaffedCompany('other')
  cookie = await hub.signIn(acme.admin.email)
})
after(() => hub.close())

async function thumbnail(id: string, as = cookie) {
  const response = await fetch(`${hub.url}/attachments/${id}/thumbnail`, {
    headers: as.startsWith('Bearer') ? { authorization: as } : { cookie: as },
  })
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** A PNG of one colour and 30,000 × 30,000 pixels, in about 110 kB. */
function bomb(): Buffer {
  const side = 30_000
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer) => {
    const content = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length)
    frame.writeUInt32BE(crc32(content), 4)
    return Buffer.concat([frame.subarray(0, 4), content, frame.subarray(4)])
  }
  const lines = deflateSync(Buffer.alloc((side / 8 + 1) * side), { level: 9 })
  const beginning = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([beginning, chunk('IHDR', header), chunk('IDAT', lines), chunk('IEND', Buffer.alloc(0))])
}

describe('a thumbnail of a file', () => {
  it('is a small WebP without the data of the camera, made once and stored', async () => {
    const place = { IFD0: { Make: 'Canary' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } }
    const photo = await sharp({ create: { width: 1600, height: 800, channels: 3, background: '#2d50c8' } })
      .jpeg()
      .withExif(place)
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const file = await upload(hub, cookie, photo, 'photo.jpg', 'image/jpeg')
    const { metadata } = file as unknown as { metadata: object }
    assert.deepEqual(metadata, { is_inline: false, width: 800, height: 1600 })
    const answers = await Promise.all([thumbnail(file.id), thumbnail(file.id)])
    for (const { status, headers, bytes } of answers) {
      assert.equal(status, 200)
      assert.equal(headers.get('content-type'), 'image/webp')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
      const { width, height, exif } = await sharp(bytes).metadata()
      assert.deepEqual([width, height, exif], [320, 640, undefined])
    }
    const rows = await hub.db.query('thumbnails', 'select from thumbnails where company_id = $1', [acme.companyId])
    assert.equal(rows.length, 1)
  })

  it('does not exist for what is no picture by its bytes, whatever it is called', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for (const [name, bytes] of [
      ['a.png', '<script>alert(1)</script>'],
      ['b.svg', svg],
      ['c.png', svg],
      ['d.pdf', '%PDF-1.4'],
      ['e.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ] as const) {
      const file = await upload(hub, cookie, bytes, name, 'image/png')
      assert.equal((await thumbnail(file.id)).status, 404, name)
      const shown = await fetch(`${file.url}?inline`, { headers: { cookie } })
      const isInline = shown.headers.get('content-disposition')?.startsWith('inline')
      assert.ok(!isInline || shown.headers.get('content-type') === 'image/png', name)
      assert.match(shown.headers.get('content-security-policy') ?? '', /sandbox/)
    }
  })

  it('is refused for a decompression bomb, which is decoded no second time', async () => {
    const bytes = bomb()
    assert.ok(bytes.length < 200_000)
    const file = await upload(hub, cookie, bytes, 'bomb.png', 'image/png')
    assert.equal((await thumbnail(file.id)).status, 404)
    const rows = await hub.db.query<{ bytes: Buffer | null }>(
      'bomb',
      'select t.bytes from thumbnails t join attachments a on a.company_id = t.company_id and a.id = t.attachment_id where a.filename = $1',
      ['bomb.png'],
    )
    assert.deepEqual(rows, [{ bytes: null }])
    assert.equal((await thumbnail(file.id)).status, 404)
    const good = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    assert.equal((await thumbnail((await upload(hub, cookie, good, 'good.png', 'image/png')).id)).status, 200)
  })

  it('is for those who may read the file', async () => {
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const mine = await upload(hub, cookie, picture, 'mine.png', 'image/png')
    const colleague = await hub.signIn(acme.member.email)
    const stranger = await hub.signIn(other.admin.email)
    for (const as of [colleague, stranger]) assert.equal((await thumbnail(mine.id, as)).status, 404)
    const form = formOf([
      ['sender[handle]', 'ivo'],
      ['body', 'Look'],
      ['metadata[external_id]', 'm-1'],
      ['metadata[external_conversation_id]', 'thread'],
      ['attachments', fileOf('sent.png', picture, 'image/png')],
    ])
    const path = `/channels/${acme.channelPublicId}/inbound_messages`
    const { body } = await sendForm(hub, path, acme.channelToken(), form)
    const message = await hub.request('GET', `/messages/alt:uid:${body.message_uid}`, { as: acme.apiToken })
    const { id } = message.body.attachments[0]
    for (const as of [cookie, colleague, acme.apiToken]) assert.equal((await thumbnail(id, as)).status, 200)
    assert.equal((await thumbnail(id, stranger)).status, 404)
  })
})
