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
  it('finds by the beginning of any word, and lists names that begin with it first', () => {
    assert.deepEqual(found('arch'), ['Archive', 'Go to Archived'])
  })
  it('finds by keywords', () => {
    assert.deepEqual(found('done'), ['Archive'])
  })
  it('requires every typed word', () => {
    assert.deepEqual(found('to me'), ['Assign to me'])
    assert.deepEqual(found('to nobody'), [])
  })
  it('reads names in any script', () => {
    assert.deepEqual(found('käf'), ['Zoë Käfer'])
    const named = [choice('Мария Петрова'), choice('हिन्दी विभाग'), choice('田中太郎')]
    const names = (typed: string) => findChoices(named, typed).map(({ name }) => name)
    assert.deepEqual([names('петр'), names('विभाग'), names('田中')], [['Мария Петрова'], ['हिन्दी विभाग'], ['田中太郎']])
  })
  it('reads names without their accents, and numbers and addresses as they are written', () => {
    assert.deepEqual(found('zoe kaf'), ['Zoë Käfer'])
    const ivo = choice('Ivo', '+491701234567 ivo@example.com')
    for (const typed of ['+49170', '491701', 'ivo@ex'])
      assert.deepEqual(findChoices([ivo], typed), [{ ...ivo, group: undefined }])
    assert.deepEqual(found('#'), [])
  })
  it('keeps the many names back until something is typed, and shows no more than one can read', () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ ...choice(`Customer ${i}`), isOnlyFound: true }))
    assert.deepEqual(findChoices([...all, ...many], ' '), all)
    assert.equal(findChoices([...all, ...many], 'cust').length, 50)
  })
})
