import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { READ_LIMIT, readBody } from './read-body.ts'

const words = 'La línea no existe: «€»'
const utf8 = Buffer.from(words)

const codings: [string, string, Buffer][] = [
  ['gzip', 'gzip', gzipSync(utf8)],
  ['gzip by its old name', 'x-gzip', gzipSync(utf8)],
  ['gzip in capitals, with spaces', ' GZip ', gzipSync(utf8)],
  ['gzip in two members', 'gzip', Buffer.concat([gzipSync(utf8.subarray(0, 9)), gzipSync(utf8.subarray(9))])],
  ['deflate', 'deflate', deflateSync(utf8)],
  ['deflate without its frame', 'deflate', deflateRawSync(utf8)],
  ['br', 'br', brotliCompressSync(utf8)],
  ['identity', 'identity', utf8],
  ['identity beside gzip', 'identity, gzip', gzipSync(utf8)],
  ['two codings, unpacked from the last', 'deflate, gzip', gzipSync(deflateSync(utf8))],
  ['gzip twice', 'gzip, gzip', gzipSync(gzipSync(utf8))],
  ['gzip that was cut in the middle', 'gzip', gzipSync(utf8).subarray(0, -4)],
  ['a name that is no coding', 'UTF-8', utf8],
  ['gzip that was announced and not applied', 'gzip', utf8],
  ['deflate that was announced and not applied', 'deflate', utf8],
  ['gzip announced twice and applied once', 'gzip, gzip', gzipSync(utf8)],
]

for (const [name, coding, bytes] of codings) {
  test(`${name} is read`, async () => {
    assert.equal(await readBody(bytes, { 'content-encoding': coding }), words)
  })
}

test('a body with too many or unknown encodings is not read as text', async () => {
  const packed = [1, 2, 3, 4, 5].reduce((bytes) => gzipSync(bytes), utf8)
  assert.equal(await readBody(packed, { 'content-encoding': 'gzip, gzip, gzip, gzip, gzip' }), null)
  assert.equal(await readBody(zstdCompressSync(utf8), { 'content-encoding': 'zstd' }), null)
  assert.equal(await readBody(gzipSync(utf8), { 'content-encoding': 'br' }), null)
  assert.equal(await readBody(gzipSync(utf8), {}), null)
})

test('an empty body is no text, with any content encoding', async () => {
  for (const coding of ['gzip', 'deflate', 'br', 'gzip, br', ''])
    assert.equal(await readBody(Buffer.alloc(0), { 'content-encoding': coding }), '')
})

test('a decompression bomb is decompressed only as far as it is read', async () => {
  const bomb = gzipSync(Buffer.alloc(50 << 20, 'a'))
  assert(bomb.length < READ_LIMIT)
  assert.equal(await readBody(bomb, { 'content-encoding': 'gzip' }), 'a'.repeat(READ_LIMIT))
  const deeper = gzipSync(gzipSync(Buffer.alloc(50 << 20, 'a')))
  assert.equal((await readBody(deeper, { 'content-encoding': 'gzip, gzip' }))?.length, READ_LIMIT)
})

test('the rest of a decompression bomb takes no memory', async () => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 3 }
  const megabytes = Readable.from(Array(256).fill(Buffer.alloc(1 << 20, 'a')))
  const bomb = await buffer(megabytes.pipe(createBrotliCompress({ params })))
  assert(bomb.length < READ_LIMIT)
  const before = process.resourceUsage().maxRSS
  assert.equal((await readBody(bomb, { 'content-encoding': 'br' }))?.length, READ_LIMIT)
  const grownBy = (process.resourceUsage().maxRSS - before) * 1024
  assert(grownBy < 128 << 20, `${grownBy} bytes`)
})

function utf16(text: string, isBigEndian = false): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

const latin = Buffer.from('El número no es válido', 'latin1')
const charsets: [string, string, Buffer, string][] = [
  ['UTF-8', 'application/json; charset=utf-8', utf8, words],
  ['UTF-8 that says nothing', '', utf8, words],
  ['UTF-8 with a byte order mark', 'text/plain', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8]), words],
  ['ISO-8859-1', 'text/plain; charset=ISO-8859-1', latin, 'El número no es válido'],
  ['ISO-8859-1 in quotes', 'text/plain;format=flowed; Charset="iso-8859-1"', latin, 'El número no es válido'],
  ['ISO-8859-1 that says nothing', 'text/plain', latin, 'El número no es válido'],
  ['ISO-8859-1 that says UTF-8', 'application/json; charset=utf-8', latin, 'El número no es válido'],
  ['ISO-8859-1 that ends in its own character', 'text/plain', Buffer.from('Café', 'latin1'), 'Café'],
  ['windows-1252', 'text/plain; charset=windows-1252', Buffer.from([0x80, 0x35]), '€5'],
  ['windows-1252 that says ISO-8859-1', 'text/plain; charset=iso-8859-1', Buffer.from([0x80, 0x35]), '€5'],
  ['windows-1251', 'text/plain; charset=windows-1251', Buffer.from([0xcd, 0xe5, 0xf2]), 'Нет'],
  ['Shift_JIS', 'text/plain; charset=Shift_JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
  ['UTF-16 with its mark', 'application/json', utf16(`\ufeff{"a":"é"}`), '{"a":"é"}'],
  ['UTF-16, big end first, with its mark', 'application/json', utf16(`\ufeff{"a":"é"}`, true), '{"a":"é"}'],
  ['UTF-16 by its name', 'application/json; charset=utf-16le', utf16('{"a":"é"}'), '{"a":"é"}'],
  ['UTF-16, big end first, that says only UTF-16', 'text/plain; charset=utf-16', utf16('Nein', true), 'Nein'],
  ['a charset that nobody knows', 'text/plain; charset=klingon', utf8, words],
]

for (const [name, type, bytes, text] of charsets) {
  test(`${name} is read as it was written`, async () => {
    assert.equal(await readBody(bytes, { 'content-type': type }), text)
    const packed = { 'content-type': type, 'content-encoding': 'gzip' }
    assert.equal(await readBody(gzipSync(bytes), packed), text)
  })
}

test('a character that the limit cuts in two does not change how the rest is read', async () => {
  const bytes = Buffer.from(`${'a'.repeat(READ_LIMIT - 1)}é`).subarray(0, READ_LIMIT)
  assert.equal(await readBody(bytes, {}), 'a'.repeat(READ_LIMIT - 1))
})
