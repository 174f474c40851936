import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pressed, ShortcutReader, shownShortcut } from './shortcut.ts'

const key = (name: string, held: Partial<KeyboardEvent> = {}, mac = false) =>
  pressed(
    {
      ...{ key: name, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
      ...{ getModifierState: () => false, ...held },
    },
    mac,
  )
const altGraph = { altKey: true, ctrlKey: true, getModifierState: (name: string) => name === 'AltGraph' }

const known = new Set(['E', 'Shift+E', 'G I', 'Mod+K', '?'])
const read = (reader: ShortcutReader, name: string, now: number) =>
  reader.read(
    name,
    now,
    (shortcut) => known.has(shortcut),
    (first) => [...known].some((shortcut) => shortcut.startsWith(`${first} `)),
  )

describe('shortcuts', () => {
  it('are named by key, with what is held', () => {
    assert.equal(key('e'), 'E')
    assert.equal(key('E', { shiftKey: true }), 'Shift+E')
    assert.equal(key('?', { shiftKey: true }), '?')
    assert.equal(key('k', { ctrlKey: true }), 'Mod+K')
    assert.equal(key('k', { metaKey: true }, true), 'Mod+K')
    assert.equal(key('Enter', { metaKey: true }, true), 'Mod+Enter')
  })

  it('leave Ctrl on a Mac to the text, and the Meta key elsewhere to the system', () => {
    for (const name of ['k', 'e', 'a', 'Enter']) {
      assert.equal(key(name, { ctrlKey: true }, true), null)
      assert.equal(key(name, { metaKey: true }, false), null)
    }
  })

  it('are found by position on a layout without Latin letters', () => {
    const layouts = { Cyrillic: 'у', Greek: 'ε', Hebrew: 'ק', Arabic: 'ث', Thai: 'ำ', Georgian: 'ე' }
    for (const [layout, letter] of Object.entries(layouts)) assert.equal(key(letter, { code: 'KeyE' }), 'E', layout)
    assert.equal(key('У', { code: 'KeyE', shiftKey: true }), 'Shift+E')
    assert.equal(key('л', { code: 'KeyK', ctrlKey: true }), 'Mod+K')
    assert.equal(key('é', { code: 'Digit2' }), '2')
    // a Latin layout means its letters, wherever they are
    assert.equal(key('a', { code: 'KeyQ' }), 'A')
    assert.equal(key('ArrowDown', { code: 'ArrowDown' }), 'ArrowDown')
    assert.equal(key('/', { code: 'Digit7', shiftKey: true }), '/')
  })

  it('are the signs themselves wherever a layout has them: AZERTY, QWERTZ, Spanish, and with AltGr', () => {
    // AZERTY: ? is Shift+, and / is Shift+: and # is AltGr+3; digits need Shift
    assert.equal(key('?', { code: 'KeyM', shiftKey: true }), '?')
    assert.equal(key('/', { code: 'Period', shiftKey: true }), '/')
    assert.equal(key('!', { code: 'Slash' }), '!')
    assert.equal(key('#', { code: 'Digit3', ...altGraph }), '#')
    // QWERTZ: # has a key of its own, ? is Shift+ß
    assert.equal(key('#', { code: 'Backslash' }), '#')
    assert.equal(key('?', { code: 'Minus', shiftKey: true }), '?')
    // Spanish on a Mac: # is Alt+3
    assert.equal(key('#', { code: 'Digit3', altKey: true }, true), '#')
    assert.equal(key('z', { code: 'KeyY' }), 'Z')
    assert.equal(key('q', { code: 'KeyA' }), 'Q')
  })

  it('find signs by position on layouts without them: Cyrillic, Hebrew, Arabic', () => {
    assert.equal(key(',', { code: 'Slash', shiftKey: true }), ',')
    assert.equal(key('№', { code: 'Digit3', shiftKey: true }), '#')
    assert.equal(key('؟', { code: 'Slash', shiftKey: true }), '?')
    assert.equal(key('п', { code: 'KeyG' }), 'G')
    assert.equal(key('ш', { code: 'KeyI' }), 'I')
    assert.equal(key('е', { code: 'KeyT' }), 'T')
  })

  it('leave Alt to the system and its letters', () => {
    assert.equal(key('e', { altKey: true }), null)
    assert.equal(key('#', { altKey: true, shiftKey: true }), null)
    assert.equal(key('€', { code: 'KeyE', ...altGraph }), null)
  })

  it('never take a browser shortcut for a single key', () => {
    assert.notEqual(key('e', { ctrlKey: true }), 'E')
  })

  it('complete a sequence in time, and forget it after', () => {
    const reader = new ShortcutReader()
    assert.equal(read(reader, 'G', 0), null)
    assert.equal(read(reader, 'I', 500), 'G I')
    assert.equal(read(reader, 'G', 1000), null)
    assert.equal(read(reader, 'I', 5000), null)
  })

  it('perform the second key alone when the two are no sequence', () => {
    const reader = new ShortcutReader()
    read(reader, 'G', 0)
    assert.equal(read(reader, 'E', 100), 'E')
  })

  it('are shown as the keyboard writes them', () => {
    assert.equal(shownShortcut('Mod+K', true), '⌘K')
    assert.equal(shownShortcut('Mod+K', false), 'Ctrl+K')
  })
})
