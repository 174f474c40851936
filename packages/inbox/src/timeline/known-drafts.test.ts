import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { knownDrafts } from './known-drafts.ts'

afterEach(knownDrafts.forgetAll)

describe('the cached absence of a draft', () => {
  it('is known when the hub reported it', () => {
    knownDrafts.note('cnv_1', 'none', knownDrafts.changes())
    knownDrafts.note('cnv_2', 'kept', knownDrafts.changes())
    knownDrafts.note('cnv_3', null, knownDrafts.changes())
    assert.deepEqual(['cnv_1', 'cnv_2', 'cnv_3'].map(knownDrafts.isNone), [true, false, false])
  })

  it('is dropped when the stream reports a change', () => {
    knownDrafts.note('cnv_1', 'none', knownDrafts.changes())
    knownDrafts.forget('cnv_1')
    assert.equal(knownDrafts.isNone('cnv_1'), false)
  })

  it('is not stored when a change arrived during the request', () => {
    const before = knownDrafts.changes()
    knownDrafts.forget('cnv_1')
    knownDrafts.note('cnv_1', 'none', before)
    assert.equal(knownDrafts.isNone('cnv_1'), false)
  })
})
