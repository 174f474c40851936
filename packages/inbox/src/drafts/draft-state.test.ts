import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type DraftContent,
  type DraftState,
  emptyDraft,
  isUnsaved,
  merge as mergeNamed,
  noDraft,
  type SavedDraft,
} from './draft-state.ts'

const saved = (version: number, body: string, set_aside: string | null = null): SavedDraft => ({
  ...emptyDraft,
  ...{ body, set_aside, version },
})
const localDraft = (body: string, base: SavedDraft): DraftState => ({
  content: { ...emptyDraft, body },
  conflictingText: base.set_aside,
  base,
})
const merge = (state: DraftState, saved: SavedDraft | null) => mergeNamed(state, saved, (id) => `the channel ${id}`)
const shown = ({ content, conflictingText }: DraftState) => [content.body, conflictingText]

describe('a draft merged with the hub’s', () => {
  it('takes the hub’s content when nothing was changed here', () => {
    assert.deepEqual(shown(merge(noDraft, saved(3, 'From the phone'))), ['From the phone', null])
    assert.deepEqual(shown(merge(localDraft('One', saved(1, 'One')), saved(2, 'One two'))), ['One two', null])
  })

  it('empties when it was sent in another tab', () => {
    assert.deepEqual(shown(merge(localDraft('Sent', saved(1, 'Sent')), saved(2, ''))), ['', null])
    assert.deepEqual(shown(merge(localDraft('Sent', saved(1, 'Sent')), null)), ['', null])
  })

  it('keeps newer content when the older content was sent in another tab', () => {
    const merged = merge(localDraft('Sent, and more', saved(1, 'Sent')), saved(2, ''))
    assert.deepEqual(shown(merged), ['Sent, and more', null])
    assert.ok(isUnsaved(merged))
  })

  it('keeps text of an undone send before it reads that the hub emptied the draft', () => {
    const back = { ...localDraft('Undone', saved(5, 'Undone')), isPutBack: true }
    for (const hubDraft of [saved(5, 'Undone'), saved(6, ''), null]) {
      const merged = merge(back, hubDraft)
      assert.deepEqual(shown(merged), ['Undone', null])
      assert.ok(isUnsaved(merged))
    }
    assert.deepEqual(shown(merge(back, saved(6, 'Newer on the phone'))), ['Undone', 'Newer on the phone'])
  })

  it('keeps both where both were changed, and shows the other as conflicting text', () => {
    const merged = merge(localDraft('Desk', saved(1, 'D')), saved(2, 'Phone'))
    assert.deepEqual([...shown(merged), merged.base.version], ['Desk', 'Phone', 2])
  })

  it('keeps earlier conflicting text, and no text twice', () => {
    const merged = merge(localDraft('Desk', saved(1, 'D', 'Train')), saved(2, 'Phone', 'Train'))
    assert.equal(merged.conflictingText, 'Train\n\nPhone')
    assert.equal(merge(localDraft('Hello world', saved(1, '')), saved(2, 'Hello')).conflictingText, null)
  })

  it('takes newer content of another tab when this one was sent or discarded', () => {
    assert.deepEqual(shown(merge(localDraft('', saved(1, 'Sent')), saved(2, 'Not sent yet'))), ['Not sent yet', null])
  })

  it('stays unchanged when the hub has the version that it was edited from, after a crash and with any clock', () => {
    const merged = merge(localDraft('Typed last', saved(4, 'Typed')), saved(4, 'Typed'))
    assert.deepEqual(shown(merged), ['Typed last', null])
    assert.deepEqual(shown(merge(localDraft('', saved(4, 'Sent')), saved(4, 'Sent'))), ['', null])
  })

  it('loses no content of either side', () => {
    const bodies = ['', 'a b', 'c', 'a b c']
    for (const mine of bodies)
      for (const base of bodies)
        for (const theirs of bodies) {
          const { content, conflictingText } = merge(localDraft(mine, saved(1, base)), saved(2, theirs))
          const all = `${content.body}\n${conflictingText}`
          if (mine !== base) assert.ok(all.includes(mine), `${mine} of ${[mine, base, theirs]}`)
          if (theirs !== base) assert.ok(all.includes(theirs), `${theirs} of ${[mine, base, theirs]}`)
        }
  })
})

describe('a new message that was changed in two tabs', () => {
  const before: DraftContent = { ...emptyDraft, body: 'Hello', channel_id: 'a', recipient: 'eva', subject: 'Parcel' }
  const merged = (mine: Partial<DraftContent>, theirs: Partial<DraftContent>, first: DraftContent = before) => {
    const base = { ...first, set_aside: null, version: 1 }
    const state = { content: { ...first, ...mine }, conflictingText: null, base }
    const { content, conflictingText } = merge(state, { ...base, ...theirs, version: 2 })
    return [content, conflictingText]
  }

  it('has each field of the tab that changed it', () => {
    const [content, conflicts] = merged(
      { subject: 'Your parcel' },
      { recipient: 'ivo', channel_id: 'b', body: 'Hello you' },
    )
    const all = { body: 'Hello you', channel_id: 'b', recipient: 'ivo', subject: 'Your parcel' }
    assert.deepEqual(content, { ...emptyDraft, ...all })
    assert.equal(conflicts, null)
    assert.deepEqual(merged({ body: 'Hi' }, { subject: null }), [{ ...before, body: 'Hi', subject: null }, null])
    // nothing but a channel was chosen there
    const mine = { body: 'Hi', recipient: 'ivo' }
    assert.deepEqual(merged(mine, { channel_id: 'b' }, emptyDraft), [{ ...emptyDraft, ...mine, channel_id: 'b' }, null])
    assert.deepEqual(merged({ channel_id: 'b' }, mine, emptyDraft), [{ ...emptyDraft, ...mine, channel_id: 'b' }, null])
  })

  it('shows the other value of a field that both changed as conflicting text', () => {
    const mine = { body: 'Mine', channel_id: 'b', recipient: 'ivo', subject: 'Mine too' }
    const [content, conflicts] = merged(mine, {
      body: 'Theirs',
      channel_id: 'c',
      recipient: 'ida',
      subject: 'Theirs too',
    })
    assert.deepEqual(content, { ...emptyDraft, ...mine })
    assert.equal(conflicts, 'Send with: the channel c\nTo: ida\nSubject: Theirs too\nTheirs')
    assert.deepEqual(merged({ recipient: 'ivo' }, { recipient: 'ida' }), [{ ...before, recipient: 'ivo' }, 'To: ida'])
    assert.deepEqual(merged({ recipient: 'ivo' }, { recipient: 'ivo', body: 'B' }), [
      { ...before, recipient: 'ivo', body: 'B' },
      null,
    ])
  })

  it('stays whole when the other tab sent or discarded it, and empties when this tab did', () => {
    const mine = { ...before, subject: 'Another' }
    assert.deepEqual(merged(mine, emptyDraft), [mine, null])
    assert.deepEqual(merged(emptyDraft, mine), [mine, null])
  })
})

describe('the files of a draft', () => {
  const file = (id: string) => ({ id }) as DraftContent['attachments'][number]
  const withFiles = (...ids: string[]): DraftContent => ({ ...emptyDraft, attachments: ids.map(file) })
  const base = (...ids: string[]): SavedDraft => ({ ...withFiles(...ids), set_aside: null, version: 1 })
  const merged = (mine: DraftContent, theirs: SavedDraft, before: SavedDraft) => {
    const { content } = merge({ content: mine, conflictingText: null, base: before }, { ...theirs, version: 2 })
    return content.attachments.map(({ id }) => id)
  }

  it('make a draft without any text', () => {
    assert.ok(isUnsaved({ content: withFiles('a'), conflictingText: null, base: noDraft.base }))
    assert.deepEqual(merged(withFiles('a'), base('a', 'b'), base('a')), ['a', 'b'])
  })

  it('are merged: files that one tab added stay, files that one tab removed are gone', () => {
    assert.deepEqual(merged(withFiles('a', 'mine'), base('a', 'theirs'), base('a')), ['a', 'mine', 'theirs'])
    assert.deepEqual(merged(withFiles('b'), base('a', 'b', 'theirs'), base('a', 'b')), ['b', 'theirs'])
    assert.deepEqual(merged(withFiles('a', 'b', 'mine'), base('b'), base('a', 'b')), ['b', 'mine'])
  })

  it('are gone when another tab sent them, except those that were attached here since', () => {
    assert.deepEqual(merged(withFiles('a'), base(), base('a')), [])
    assert.deepEqual(merged(withFiles('a', 'mine'), base(), base('a')), ['mine'])
  })
})
