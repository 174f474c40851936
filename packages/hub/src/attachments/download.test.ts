import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { parse } from 'content-disposition'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { upload } from '../../../../tests/harness/files.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { cleanFilename } from './filename.ts'

let hub: EmptyHub
let acme: StaffedCompany
let admin: string
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  admin = await hub.signIn(acme.admin.email)
})
after(() => hub?.close())

const read = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { headers: { cookie: admin, ...headers } })
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('a download', () => {
  it('never runs on this origin: it is saved, and opened in a sandbox', async () => {
    const html = '<!doctype html><script>alert(1)</script>'
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for (const [name, bytes, type] of [
      ['a.html', html, 'text/html'],
      ['a.svg', svg, 'image/svg+xml'],
      ['a.pdf', '%PDF-1.7\n', 'application/pdf'],
      ['a.png', html, 'image/png'],
      ['a.xml', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', 'application/xhtml+xml'],
    ] as const) {
      const { url } = await upload(hub, admin, bytes, name, type)
      for (const asked of [url, `${url}?inline`, `${url}?inline=1`]) {
        const { headers } = await read(asked)
        assert.match(headers.get('content-disposition') ?? '', /^attachment; filename=a\.\w+$/)
        assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox")
        assert.equal(headers.get('x-content-type-options'), 'nosniff')
        assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
      }
    }
  })

  it('shows a picture where it is asked to, as what its bytes are', async () => {
    const { url } = await upload(hub, admin, png, 'a.html', 'text/html')
    const saved = await read(url)
    assert.equal(saved.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(saved.headers.get('content-disposition') ?? '', /^attachment/)
    const shown = await read(`${url}?inline=1`)
    assert.equal(shown.headers.get('content-type'), 'image/png')
    assert.match(shown.headers.get('content-disposition') ?? '', /^inline/)
    assert.equal(shown.headers.get('content-security-policy'), "default-src 'none'; sandbox")
    assert.equal((await read(`${url}?inline=maybe`)).status, 400)
  })

  it('answers ranges, and nothing twice that has not changed', async () => {
    const { url } = await upload(hub, admin, '0123456789')
    const whole = await read(url)
    assert.deepEqual([whole.status, whole.headers.get('content-length'), await whole.text()], [200, '10', '0123456789'])
    const cases: [range: string, status: number, contentRange: string | null, body: string | null][] = [
      ['bytes=0-3', 206, 'bytes 0-3/10', '0123'],
      ['bytes=7-', 206, 'bytes 7-9/10', '789'],
      ['bytes=-2', 206, 'bytes 8-9/10', '89'],
      ['bytes=5-99', 206, 'bytes 5-9/10', '56789'],
      ['bytes=-99', 206, 'bytes 0-9/10', '0123456789'],
      ['bytes=10-', 416, 'bytes */10', null],
      ['bytes=-0', 416, 'bytes */10', null],
      ['bytes=3-1', 200, null, '0123456789'],
      ['bytes=0-1,4-5', 200, null, '0123456789'],
      ['bytes=x', 200, null, '0123456789'],
      ['bytes=99999999999999999999-', 200, null, '0123456789'],
    ]
    for (const [range, status, contentRange, body] of cases) {
      const answer = await read(url, { range })
      assert.deepEqual([range, answer.status, answer.headers.get('content-range')], [range, status, contentRange])
      const text = await answer.text()
      if (body !== null) assert.equal(text, body)
    }
    const etag = String(whole.headers.get('etag'))
    assert.equal((await read(url, { 'if-none-match': etag })).status, 304)
    assert.equal((await read(url, { range: 'bytes=0-1', 'if-range': etag })).status, 206)
    assert.equal((await read(url, { range: 'bytes=0-1', 'if-range': '"other"' })).status, 200)
  })

  it('has an empty file', async () => {
    const { url, size } = await upload(hub, admin, '')
    const answer = await read(url)
    assert.deepEqual([size, answer.status, await answer.text()], [0, 200, ''])
  })

  it('is named as the uploader named it, as far as that is a name', async () => {
    for (const [given, shown] of [
      ['../../etc/passwd', 'passwd'],
      ['C:\\temp\\bill.txt', 'bill.txt'],
      ['Grüße 🎈.txt', 'Grüße 🎈.txt'],
      ['a\u202Egpj.exe', 'agpj.exe'],
      ['a"b;c.txt', 'a"b;c.txt'],
    ] as const) {
      const file = await upload(hub, admin, 'x', given)
      assert.equal(file.filename.replace('%22', '"'), shown)
      const { type, parameters } = parse((await read(file.url)).headers.get('content-disposition') ?? '')
      assert.deepEqual([type, parameters.filename], ['attachment', file.filename])
    }
    const long = await upload(hub, admin, 'x', `${'n'.repeat(300)}.txt`)
    assert.deepEqual([long.filename.length, long.filename.endsWith('n.txt')], [255, true])
    assert.equal((await read(long.url)).status, 200)
  })

  it('has no name of lines or nothing', () => {
    assert.equal(cleanFilename('a\r\nSet-Cookie: x=y'), 'aSet-Cookie: x=y')
    assert.equal(cleanFilename(' .. '), 'file')
    assert.equal(cleanFilename(''), 'file')
    assert.equal(cleanFilename('\ud800.txt').isWellFormed(), true)
  })

  it('has the name that a client percent-encoded, and never a path by it', () => {
    assert.equal(cleanFilename('Foto%20M%C3%A4rz%20(1).png'), 'Foto März (1).png')
    assert.equal(cleanFilename('..%2F..%2Fetc%2Fpasswd'), 'passwd')
    assert.equal(cleanFilename('a%0D%0Ab'), 'ab')
    for (const kept of ['100%.txt', '100 %20.txt', 'a%2', '%ff', '%zz']) assert.equal(cleanFilename(kept), kept)
  })
})
