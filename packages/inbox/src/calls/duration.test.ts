import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clockText, durationText } from './duration.ts'

describe('the duration of a call', () => {
  it('names minutes and seconds, and hours without seconds', () => {
    const texts = [0, 0.4, 7, 60, 192, 3_600, 7_325].map((seconds) => durationText(seconds, 'en'))
    assert.deepEqual(texts, ['0 sec', '0 sec', '7 sec', '1 min', '3 min 12 sec', '1 hr', '2 hr 2 min'])
  })

  it('is shown as a clock while the call is active', () => {
    assert.deepEqual([0, 7, 192, 3_792, -3].map(clockText), ['0:00', '0:07', '3:12', '1:03:12', '0:00'])
  })
})
