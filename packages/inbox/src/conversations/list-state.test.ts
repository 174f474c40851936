import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { list } from './list-state.ts'

afterEach(() => list.leave())

const selected = () => [...list.selectedIds()].sort()

describe('the focused row', () => {
  it('stay at their row when rows come and go around it', () => {
    list.show(['a', 'b', 'c'])
    list.focus('b')
    list.show(['new', 'a', 'b'])
    assert.equal(list.focusedId(), 'b')
    assert.ok(list.wasMoved())
  })

  it('is the row now at the index of a removed one, and does not count as moved', () => {
    list.show(['a', 'b', 'c'])
    list.focus('b')
    list.show(['a', 'c'])
    assert.equal(list.focusedId(), 'c')
    assert.ok(!list.wasMoved())
    list.focus('c')
    list.show(['a'])
    assert.equal(list.focusedId(), 'a')
    list.show([])
    assert.equal(list.focusedId(), null)
  })

  it('is undefined until somebody moves', () => {
    list.show(['a', 'b'])
    assert.equal(list.focusedId(), null)
    assert.equal(list.neighbour(null, 1), 'a')
    assert.equal(list.neighbour(null, -1), undefined)
  })

  it('step to the neighbours and stop at the ends', () => {
    list.show(['a', 'b', 'c'])
    assert.deepEqual([list.neighbour('a', 1), list.neighbour('c', -1)], ['b', 'b'])
    assert.deepEqual([list.neighbour('a', -1), list.neighbour('c', 1)], [undefined, undefined])
    assert.deepEqual([list.end('first'), list.end('last')], ['a', 'c'])
  })

  it('are at a conversation from the press on, and it is being opened until some page is there', () => {
    list.show(['a', 'b'])
    list.open('b')
    assert.deepEqual([list.focusedId(), list.openingId()], ['b', 'b'])
    list.arrive()
    assert.deepEqual([list.focusedId(), list.openingId()], ['b', null])
  })

  it('follows the address from then on, and stays where it is', () => {
    list.show(['a', 'b'])
    list.focus('a')
    list.expect('b')
    assert.deepEqual([list.focusedId(), list.openingId()], ['a', 'b'])
    list.arrive()
    assert.equal(list.openingId(), null)
  })
})

describe('the selection', () => {
  it('takes a row in and out, and brings the keys there', () => {
    list.show(['a', 'b', 'c'])
    list.toggleSelected('a')
    list.toggleSelected('c')
    assert.deepEqual(selected(), ['a', 'c'])
    list.toggleSelected('a')
    assert.deepEqual(selected(), ['c'])
    assert.equal(list.focusedId(), 'a')
  })

  it('takes all between two rows, whichever of them was first', () => {
    list.show(['a', 'b', 'c', 'd'])
    list.toggleSelected('c')
    list.selectThrough('a')
    assert.deepEqual(selected(), ['a', 'b', 'c'])
    list.selectThrough('b')
    assert.deepEqual(selected(), ['a', 'b', 'c'])
    list.clearSelection()
    list.selectThrough('d')
    assert.deepEqual(selected(), ['b', 'c', 'd'])
  })

  it('takes one row alone where the keys are nowhere, or at a row that is not there', () => {
    list.show(['a', 'b'])
    list.selectThrough('b')
    assert.deepEqual(selected(), ['b'])
  })

  it('loses the rows that leave the list, so that actions apply to visible rows only', () => {
    list.show(['a', 'b', 'c'])
    list.toggleSelected('a')
    list.toggleSelected('b')
    list.show(['b', 'c'])
    assert.deepEqual(selected(), ['b'])
  })

  it('ends with the list', () => {
    list.show(['a'])
    list.toggleSelected('a')
    list.leave()
    list.show(['a'])
    assert.deepEqual([selected(), list.focusedId()], [[], null])
  })
})
