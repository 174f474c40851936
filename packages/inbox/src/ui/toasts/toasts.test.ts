import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { dismissToast, dismissToastsAbout, hasUndo, rewordToast, toast, undoLast } from './toasts.ts'

const undone: string[] = []
const ids: number[] = []
const show = (text: string, options: Parameters<typeof toast>[1] = {}) => {
  const id = toast(text, options)
  ids.push(id)
  return id
}
const showUndoable = (text: string, about?: string) => show(text, { about, undo: () => undone.push(text) })
afterEach(() => {
  for (const id of ids.splice(0)) dismissToast(id)
  undone.splice(0)
})

describe('undo', () => {
  it('undoes the newest change that can be undone, each once', () => {
    showUndoable('Archived')
    showUndoable('Assigned')
    show('Saved')
    undoLast()
    assert.deepEqual(undone, ['Assigned'])
    undoLast()
    undoLast()
    assert.deepEqual(undone, ['Assigned', 'Archived'])
    assert.ok(!hasUndo())
  })

  it('is removed with a dismissed toast', () => {
    const id = showUndoable('Archived')
    assert.ok(hasUndo())
    dismissToast(id)
    undoLast()
    assert.deepEqual(undone, [])
  })

  it('is removed with its message only', () => {
    showUndoable('Sending', 'msg_1')
    showUndoable('Archived')
    dismissToastsAbout('msg_1')
    undoLast()
    undoLast()
    assert.deepEqual(undone, ['Archived'])
  })

  it('stays when the text changes', () => {
    const id = showUndoable('2 conversations archived')
    rewordToast(id, 'Archived')
    undoLast()
    assert.deepEqual(undone, ['2 conversations archived'])
  })

  it('is offered for the newest three: more would cover the work', () => {
    for (const text of ['one', 'two', 'three', 'four']) showUndoable(text)
    for (let presses = 0; presses < 4; presses++) undoLast()
    assert.deepEqual(undone, ['four', 'three', 'two'])
  })
})
