import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fillTemplate } from './fill-template.ts'

const variables = [{ uid: 'who', name: 'Name', value: 'Ivo' }]

describe('a template', () => {
  it('is filled by uid, name or place, with or without spaces around them', () => {
    assert.equal(fillTemplate('{{who}} {{ Name }} {{\n1 }} {{2}} {{}}', variables), 'Ivo Ivo Ivo {{2}} {{}}')
  })

  it('is filled at once, however long an open placeholder is', () => {
    for (const text of [`{{${' '.repeat(100_000)}`, '{{'.repeat(50_000), `{{${' '.repeat(500)}`.repeat(200)])
      assert.equal(fillTemplate(text, variables), text)
  })
})
