import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emojiOf } from './emoji.ts'

describe('the emoji of a reaction', () => {
  it('is one emoji, whatever it is made of', () => {
    for (const emoji of ['👍', '❤️', '1️⃣', '🇩🇪', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩🏽‍💻', '✌🏽', '👨‍👩‍👧', '🏳️‍🌈', '❤️‍🔥'])
      assert.equal(emojiOf(emoji), emoji)
  })

  it('is given its full form: networks leave the selector out', () => {
    assert.equal(emojiOf('❤'), '❤️')
    assert.equal(emojiOf('❤\u200d🔥'), '❤️‍🔥')
    assert.equal(emojiOf('🏳\u200d🌈'), '🏳️‍🌈')
    assert.equal(emojiOf('☺\ufe0e'), '☺️')
    assert.equal(emojiOf('1\u20e3'), '1️⃣')
  })

  it('may be newer than this runtime', () => {
    assert.equal(emojiOf('\u{1fadf}'), '\u{1fadf}')
  })

  it('is nothing else', () => {
    const others = [
      '',
      'a',
      '1',
      '👍👍',
      '👍a',
      ':+1:',
      ' 👍',
      '🇩',
      '\u200d',
      '👍\u0301',
      '\u0000',
      'ﷺ',
      '<b>',
      '👍'.repeat(1_000),
    ]
    for (const text of others) assert.equal(emojiOf(text), null, JSON.stringify(text))
  })
})
