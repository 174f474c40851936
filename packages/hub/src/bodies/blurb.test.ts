import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blurbOf } from './blurb.ts'
import { convert } from './convert.ts'

const segmenter = new Intl.Segmenter()

test('a preview is one line of at most 200 characters', () => {
  assert.equal(blurbOf('  Hello\n\n  Ann\t!  '), 'Hello Ann !')
  assert.equal(blurbOf('x'.repeat(200)), 'x'.repeat(200))
  assert.equal(blurbOf('x'.repeat(201)), `${'x'.repeat(199)}…`)
  assert.equal(blurbOf(`${'\n'.repeat(5_000)}Hello`), 'Hello')
  assert.equal(blurbOf(''), '')
})

test('a preview is cut between two characters, however many code points each of them has', () => {
  for (const character of ['😀', '👩‍👩‍👧', '🇫🇷', 'é', 'षि', '👍🏽', 'z\u0300\u0301\u0302']) {
    for (const offset of [0, 1, 2, 3, 4, 5]) {
      const blurb = blurbOf('x'.repeat(offset) + character.repeat(300))
      const kept = Array.from(segmenter.segment(blurb), ({ segment }) => segment).slice(offset, -1)
      assert.ok(blurb.length <= 200 && blurb.endsWith('…'))
      assert.deepEqual(new Set(kept), new Set([character]))
    }
  }
})

test('a character of a thousand accents leaves a preview all the same', () => {
  const blurb = blurbOf(`z${'\u0301'.repeat(1_000)}`)
  assert.ok(blurb.length > 100 && blurb.length <= 200)
})

test('a preview of HTML begins with its first text, whatever precedes it', () => {
  assert.equal(convert(`<style>${'p{color:red}'.repeat(5_000)}</style><p>Hello</p>`).blurb, 'Hello')
  assert.equal(convert(`<!--${'x'.repeat(50_000)}--><p>Hello</p>`).blurb, 'Hello')
  assert.equal(convert(`<p>${'&zwnj;&nbsp;'.repeat(300)}</p><p>Hello</p>`).blurb, 'Hello')
})
