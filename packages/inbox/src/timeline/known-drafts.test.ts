import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { knownDrafts } from './known-drafts.ts'

afterEach(knownDrafts.forgetAll)

describe('what is known of drafts before a conversation is opened', () => {
  it('is that there is none, when the hub said so', () => {
    knownDrafts.note('cnv_1', 'none', knownDrafts.changes())
    knownDrafts.note('cnv_2', 'kept', knownDrafts.changes())
    knownDrafts.note('cnv_3', null, knownDrafts.changes())
    assert.deepEqual(['cnv_1', 'cnv_2', 'cnv_3'].map(knownDrafts.isNone), [true, false, false])
  })

  it('is nothing any more when the stream tells of a change', () => {
    knownDrafts.note('cnv_1', 'none', knownDrafts.changes())
    knownDrafts.forget('cnv_1')
    assert.equal(knownDrafts.isNone('cnv_1'), false)
  })

  it('is nothing when the change was heard of while the answer was on its way', () => {
    const before = knownDrafts.changes()
    knownDrafts.forget('cnv_1')
    knownDrafts.note('cnv_1', 'none', before)
    assert.equal(knownDrafts.isNone('cnv_1'), false)
  })
})
