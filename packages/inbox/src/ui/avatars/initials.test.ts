import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { initialsOf } from './initials.ts'

describe('initials', () => {
  it('come from the first and the last word', () => {
    assert.equal(initialsOf('Noor Haddad'), 'NH')
    assert.equal(initialsOf('  jean  luc  picard '), 'JP')
    assert.equal(initialsOf('Zoë 🦊'), 'Z')
  })
  it('keep letters of other scripts whole', () => {
    assert.equal(initialsOf('Élodie'), 'É')
    assert.equal(initialsOf('李 小龙'), '李小')
  })
  it('have a sign for what has no letters', () => {
    assert.equal(initialsOf('+49 170 555'), '#')
    assert.equal(initialsOf(''), '#')
  })
})
