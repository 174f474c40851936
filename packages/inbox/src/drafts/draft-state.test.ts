import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type DraftState,
  type DraftWords,
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
const here = (body: string, base: SavedDraft): DraftState => ({
  words: { ...emptyDraft, body },
  setAside: base.set_aside,
  base,
})
const merge = (state: DraftState, saved: SavedDraft | null) => mergeNamed(state, saved, (id) => `the channel ${id}`)
const shown = ({ words, setAside }: DraftState) => [words.body, setAside]

describe('a draft merged with what the hub has', () => {
  it('follows the hub where nothing was changed here', () => {
    assert.deepEqual(shown(merge(noDraft, saved(3, 'From the phone'))), ['From the phone', null])
    assert.deepEqual(shown(merge(here('One', saved(1, 'One')), saved(2, 'One two'))), ['One two', null])
  })

  it('empties when it was sent on another screen', () => {
    assert.deepEqual(shown(merge(here('Sent', saved(1, 'Sent')), saved(2, ''))), ['', null])
    assert.deepEqual(shown(merge(here('Sent', saved(1, 'Sent')), null)), ['', null])
  })

  it('keeps newer words when the older ones were sent on another screen', () => {
    const merged = merge(here('Sent, and more', saved(1, 'Sent')), saved(2, ''))
    assert.deepEqual(shown(merged), ['Sent, and more', null])
    assert.ok(isUnsaved(merged))
  })

  it('keeps words that were taken back before it was heard that the hub had emptied them', () => {
    const back = { ...here('Taken back', saved(5, 'Taken back')), isPutBack: true }
    for (const heard of [saved(5, 'Taken back'), saved(6, ''), null]) {
      const merged = merge(back, heard)
      assert.deepEqual(shown(merged), ['Taken back', null])
      assert.ok(isUnsaved(merged))
    }
    assert.deepEqual(shown(merge(back, saved(6, 'Newer on the phone'))), ['Taken back', 'Newer on the phone'])
  })

  it('keeps both where both were changed, and shows the other beside', () => {
    const merged = merge(here('Desk', saved(1, 'D')), saved(2, 'Phone'))
    assert.deepEqual([...shown(merged), merged.base.version], ['Desk', 'Phone', 2])
  })

  it('keeps what was set aside before, and nothing twice', () => {
    const merged = merge(here('Desk', saved(1, 'D', 'Train')), saved(2, 'Phone', 'Train'))
    assert.equal(merged.setAside, 'Train\n\nPhone')
    assert.equal(merge(here('Hello world', saved(1, '')), saved(2, 'Hello')).setAside, null)
  })

  it('takes newer words of another screen where these were sent or thrown away here', () => {
    assert.deepEqual(shown(merge(here('', saved(1, 'Sent')), saved(2, 'Not sent yet'))), ['Not sent yet', null])
  })

  it('stays as it is where the hub has what it was begun from: a crash lost nothing, whatever the clocks say', () => {
    const merged = merge(here('Typed last', saved(4, 'Typed')), saved(4, 'Typed'))
    assert.deepEqual(shown(merged), ['Typed last', null])
    assert.deepEqual(shown(merge(here('', saved(4, 'Sent')), saved(4, 'Sent'))), ['', null])
  })

  it('loses none of the words on either side', () => {
    const bodies = ['', 'a b', 'c', 'a b c']
    for (const mine of bodies)
      for (const base of bodies)
        for (const theirs of bodies) {
          const { words, setAside } = merge(here(mine, saved(1, base)), saved(2, theirs))
          const all = `${words.body}\n${setAside}`
          if (mine !== base) assert.ok(all.includes(mine), `${mine} of ${[mine, base, theirs]}`)
          if (theirs !== base) assert.ok(all.includes(theirs), `${theirs} of ${[mine, base, theirs]}`)
        }
  })
})

describe('a new message that was changed on two screens', () => {
  const before: DraftWords = { body: 'Hello', channel_id: 'a', recipient: 'eva', subject: 'Parcel' }
  const merged = (mine: Partial<DraftWords>, theirs: Partial<DraftWords>, first: DraftWords = before) => {
    const base = { ...first, set_aside: null, version: 1 }
    const state = { words: { ...first, ...mine }, setAside: null, base }
    const { words, setAside } = merge(state, { ...base, ...theirs, version: 2 })
    return [words, setAside]
  }

  it('has of each field what the one screen made of it that changed it', () => {
    const [words, aside] = merged({ subject: 'Your parcel' }, { recipient: 'ivo', channel_id: 'b', body: 'Hello you' })
    assert.deepEqual(words, { body: 'Hello you', channel_id: 'b', recipient: 'ivo', subject: 'Your parcel' })
    assert.equal(aside, null)
    assert.deepEqual(merged({ body: 'Hi' }, { subject: null }), [{ ...before, body: 'Hi', subject: null }, null])
    // nothing but a channel was chosen there
    const mine = { body: 'Hi', recipient: 'ivo' }
    assert.deepEqual(merged(mine, { channel_id: 'b' }, emptyDraft), [{ ...emptyDraft, ...mine, channel_id: 'b' }, null])
    assert.deepEqual(merged({ channel_id: 'b' }, mine, emptyDraft), [{ ...emptyDraft, ...mine, channel_id: 'b' }, null])
  })

  it('shows beside it what the other made of a field that both changed', () => {
    const mine = { body: 'Mine', channel_id: 'b', recipient: 'ivo', subject: 'Mine too' }
    const [words, aside] = merged(mine, { body: 'Theirs', channel_id: 'c', recipient: 'ida', subject: 'Theirs too' })
    assert.deepEqual(words, mine)
    assert.equal(aside, 'Send with: the channel c\nTo: ida\nSubject: Theirs too\nTheirs')
    assert.deepEqual(merged({ recipient: 'ivo' }, { recipient: 'ida' }), [{ ...before, recipient: 'ivo' }, 'To: ida'])
    assert.deepEqual(merged({ recipient: 'ivo' }, { recipient: 'ivo', body: 'B' }), [
      { ...before, recipient: 'ivo', body: 'B' },
      null,
    ])
  })

  it('stays whole here when the other sent it or threw it away, and goes whole when that was done here', () => {
    const mine = { ...before, subject: 'Another' }
    assert.deepEqual(merged(mine, emptyDraft), [mine, null])
    assert.deepEqual(merged(emptyDraft, mine), [mine, null])
  })
})
