import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Placing, placeOf, roomAround } from './place.ts'

const screen = { width: 400, height: 600 }
const buttonAt = (top: number, left = 200) => ({ top, bottom: top + 20, left, right: left + 50 })
const place = (button: ReturnType<typeof buttonAt>, height: number, placing: Placing, width = 100) =>
  placeOf(button, { width, height }, screen, placing)

describe('a popup', () => {
  it('stands on its side and lines up with its edge of the button', () => {
    assert.deepEqual(place(buttonAt(300), 100, { side: 'below', edge: 'left' }), { left: 200, top: 324 })
    assert.deepEqual(place(buttonAt(300), 100, { side: 'above', edge: 'right' }), { left: 150, bottom: 304 })
  })

  it('stands on the other side where its own has no room', () => {
    assert.deepEqual(place(buttonAt(500), 100, { side: 'below', edge: 'left' }), { left: 200, bottom: 104 })
    assert.deepEqual(place(buttonAt(50), 100, { side: 'above', edge: 'left' }), { left: 200, top: 74 })
  })

  it('that fits nowhere stands where there is more room, and that is all it takes', () => {
    assert.deepEqual(place(buttonAt(200), 1_000, { side: 'above', edge: 'left' }), { left: 200, top: 224 })
    assert.deepEqual(roomAround(buttonAt(200), screen), { above: 188, below: 368 })
  })

  it('never goes over the left or right edge of the screen', () => {
    assert.equal(place(buttonAt(300, 340), 100, { side: 'below', edge: 'left' }).left, 292)
    assert.equal(place(buttonAt(300, 10), 100, { side: 'below', edge: 'right' }).left, 8)
    // wider than the screen: what is cut off is its end
    assert.equal(place(buttonAt(300, 10), 100, { side: 'below', edge: 'left' }, 500).left, 8)
  })
})
