import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { asText } from './rich-content.ts'
import { Button } from './schemas.ts'
import type { Button as ButtonOfWire } from './wire.ts'

const isButton = Compile(Button)
const title = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const button: fc.Arbitrary<ButtonOfWire> = fc
  .record({ id: fc.uuid(), title, url: fc.option(fc.webUrl(), { nil: undefined }) })
  .map(({ url, ...answer }) => (url === undefined ? answer : { ...answer, url }))
  .filter((value) => isButton.Check(value))
const buttons = fc.array(button, { minLength: 1, maxLength: 10 })

describe('buttons as text', () => {
  it('have a line each, in their order, with what stands on them and where they lead', () => {
    fc.assert(
      fc.property(buttons, (asked) => {
        const lines = asText({ buttons: asked }).split('\n')
        assert.equal(lines.length, asked.length)
        for (const [i, { title, url }] of asked.entries()) {
          if (url === undefined) assert.ok(lines[i]?.endsWith(`. ${title}`))
          else assert.equal(lines[i], `${title}: ${url}`)
        }
      }),
    )
  })

  it('number the answers, and only them, from 1 without a gap', () => {
    fc.assert(
      fc.property(buttons, (asked) => {
        const answers = asked.filter(({ url }) => url === undefined)
        const lines = asText({ buttons: asked }).split('\n')
        const numbered = lines.filter((_, i) => asked[i]?.url === undefined)
        assert.deepEqual(
          numbered,
          answers.map(({ title }, i) => `${i + 1}. ${title}`),
        )
      }),
    )
  })

  it('say the same whatever their ids are', () => {
    fc.assert(
      fc.property(buttons, (asked) => {
        const renamed = asked.map((one, i) => ({ ...one, id: `b${i}` }))
        assert.equal(asText({ buttons: renamed }), asText({ buttons: asked }))
      }),
    )
  })
})
