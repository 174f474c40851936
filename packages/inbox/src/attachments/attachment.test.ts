import assert from 'node:assert/strict'
import { it } from 'node:test'
import { kindOf, nameParts, shownName, sizeWords } from './attachment.ts'

it('a size has the unit that gives few digits', () => {
  const sizes = [0, 1, 1_023, 1_024, 860_000, 2_520_000, 26_214_400, 340_000_000, 2_147_483_648]
  assert.deepEqual(
    sizes.map((bytes) => sizeWords(bytes, 'en')),
    ['0 bytes', '1 byte', '1,023 bytes', '1 kB', '840 kB', '2.4 MB', '25 MB', '324 MB', '2 GB'],
  )
})

it('a picture is a type of which the hub makes thumbnails; an SVG is a file', () => {
  const types = [
    'image/png',
    'IMAGE/JPEG; q=1',
    'image/svg+xml',
    'image/tiff',
    'audio/ogg',
    'video/mp4',
    'application/pdf',
    'text/html',
    '',
  ]
  assert.deepEqual(types.map(kindOf), ['picture', 'picture', 'file', 'file', 'audio', 'video', 'pdf', 'file', 'file'])
})

it('a name is shown without the controls that would reverse it', () => {
  assert.equal(shownName('photo\u202Egpj.exe'), 'photogpj.exe')
})

it('a long name is cut in its middle, between two graphemes', () => {
  assert.deepEqual(nameParts('label.pdf'), ['label.pdf', ''])
  const name = `${'family 👨‍👩‍👧 '.repeat(5)}👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧.pdf`
  assert.deepEqual(nameParts(name)[1], '👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧.pdf')
  assert.equal(nameParts(name).join(''), name)
})
