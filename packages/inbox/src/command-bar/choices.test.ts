import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Choice, findChoices } from './choices.ts'

const choice = (name: string, keywords?: string): Choice => ({
  id: name,
  name,
  keywords,
  icon: null,
  perform: () => {},
})
const all = [choice('Go to Archived'), choice('Archive', 'done close'), choice('Zoë Käfer'), choice('Assign to me')]
const found = (typed: string) => findChoices(all, typed).map(({ name }) => name)

describe('the command bar', () => {
  it('finds by the beginning of any word, names that begin so first', () => {
    assert.deepEqual(found('arch'), ['Archive', 'Go to Archived'])
  })
  it('finds by other words for the same thing', () => {
    assert.deepEqual(found('done'), ['Archive'])
  })
  it('wants every typed word', () => {
    assert.deepEqual(found('to me'), ['Assign to me'])
    assert.deepEqual(found('to nobody'), [])
  })
  it('reads names in any script', () => {
    assert.deepEqual(found('käf'), ['Zoë Käfer'])
  })
})
