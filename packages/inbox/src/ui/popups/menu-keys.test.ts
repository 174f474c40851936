import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { itemAfter } from './menu-keys.ts'

const names = ['Light', 'Dark', 'As the system', 'Éteindre', 'Sign out', 'Shortcuts']

describe('the keys of a menu', () => {
  it('go round', () => {
    assert.equal(itemAfter('ArrowDown', 0, names), 1)
    assert.equal(itemAfter('ArrowDown', 5, names), 0)
    assert.equal(itemAfter('ArrowUp', 0, names), 5)
    assert.deepEqual([itemAfter('Home', 3, names), itemAfter('End', 3, names)], [0, 5])
  })

  it('begin at an end while no item has the focus', () => {
    assert.deepEqual([itemAfter('ArrowDown', -1, names), itemAfter('ArrowUp', -1, names)], [0, 5])
  })

  it('find the next item that begins with a letter', () => {
    assert.equal(itemAfter('s', 0, names), 4)
    assert.equal(itemAfter('s', 4, names), 5)
    assert.equal(itemAfter('s', 5, names), 4)
    assert.equal(itemAfter('É', 0, names), 3)
    assert.equal(itemAfter('x', 0, names), undefined)
  })

  it('leave what presses an item, and what is no letter', () => {
    for (const key of ['Enter', ' ', 'Escape', 'ArrowLeft', 'F5'])
      assert.equal(itemAfter(key, 0, names), undefined, key)
  })
})
