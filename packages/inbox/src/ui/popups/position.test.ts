import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Placement, positionFor, roomAround } from './position.ts'

const screen = { width: 400, height: 600 }
const buttonAt = (top: number, left = 200) => ({ top, bottom: top + 20, left, right: left + 50 })
const position = (button: ReturnType<typeof buttonAt>, height: number, placement: Placement, width = 100) =>
  positionFor(button, { width, height }, screen, placement)

describe('a popup', () => {
  it('is placed on its side and aligned with its edge of the button', () => {
    assert.deepEqual(position(buttonAt(300), 100, { side: 'below', edge: 'left' }), { left: 200, top: 324 })
    assert.deepEqual(position(buttonAt(300), 100, { side: 'above', edge: 'right' }), { left: 150, bottom: 304 })
  })

  it('is placed on the other side when its own has no room', () => {
    assert.deepEqual(position(buttonAt(500), 100, { side: 'below', edge: 'left' }), { left: 200, bottom: 104 })
    assert.deepEqual(position(buttonAt(50), 100, { side: 'above', edge: 'left' }), { left: 200, top: 74 })
  })

  it('takes the side with more room, and only that room, when it fits on neither', () => {
    assert.deepEqual(position(buttonAt(200), 1_000, { side: 'above', edge: 'left' }), { left: 200, top: 224 })
    assert.deepEqual(roomAround(buttonAt(200), screen), { above: 188, below: 368 })
  })

  it('never extends beyond the left or right edge of the screen', () => {
    assert.equal(position(buttonAt(300, 340), 100, { side: 'below', edge: 'left' }).left, 292)
    assert.equal(position(buttonAt(300, 10), 100, { side: 'below', edge: 'right' }).left, 8)
    // wider than the screen: its end is cut off
    assert.equal(position(buttonAt(300, 10), 100, { side: 'below', edge: 'left' }, 500).left, 8)
  })
})
