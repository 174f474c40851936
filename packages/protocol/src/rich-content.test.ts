import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { asText, coordinates, mapUrl, placeName } from './rich-content.ts'
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

const degree = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
const place = fc.record({ latitude: degree(90), longitude: degree(180) })

describe('a location as text', () => {
  it('leads to the place, however small or large its numbers are', () => {
    fc.assert(
      fc.property(place, (location) => {
        const url = new URL(asText({ location }))
        const shown = [url.searchParams.get('mlat'), url.searchParams.get('mlon')].map(Number)
        assert.ok(Math.abs((shown[0] ?? Number.NaN) - location.latitude) <= 1e-6)
        assert.ok(Math.abs((shown[1] ?? Number.NaN) - location.longitude) <= 1e-6)
        assert.match(coordinates(location), /^-?\d+(?:\.\d{1,6})?, -?\d+(?:\.\d{1,6})?$/)
      }),
    )
  })

  it('begins with its name and address, and buttons follow after a blank line', () => {
    const location = { latitude: 52.3791, longitude: 4.9003, name: 'Pier 7', address: 'De Ruijterkade 7, Amsterdam' }
    const lines = `Pier 7\nDe Ruijterkade 7, Amsterdam\n${mapUrl(location)}`
    assert.equal(asText({ location }), lines)
    assert.equal(asText({ location, buttons: [{ id: 'a', title: 'Come' }] }), `${lines}\n\n1. Come`)
    assert.equal(placeName(location), 'Pier 7')
    assert.equal(placeName({ ...location, name: null }), 'De Ruijterkade 7, Amsterdam')
    assert.equal(placeName({ latitude: -0, longitude: 1e-7 }), '0, 0')
  })
})
