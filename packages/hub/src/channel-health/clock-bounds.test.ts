import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundsOfAnswer, boundsOfToken, common, nearestToZero } from './clock-bounds.ts'

const sentAt = Date.UTC(2026, 0, 1, 12, 0, 0, 300)
const http = (offset: number) => new Date(sentAt + offset).toUTCString()
const aheadBy = (date: string | undefined, took = 100) => {
  const bounds = boundsOfAnswer(date, sentAt, sentAt + took)
  return bounds && nearestToZero(bounds)
}

test('a Date within the time of the request, or the second of it, is no difference', () => {
  assert.equal(aheadBy(http(0)), 0)
  assert.equal(aheadBy(http(3_000), 6_900), 0)
})

test('a difference is said to be as small as the times allow', () => {
  assert.equal(aheadBy(http(10_000)), 10_000 - 300 - 100)
  assert.equal(aheadBy(http(-10_000)), -10_000 - 300 + 1_000)
})

test('a Date that is none says nothing, and one of another age has an end', () => {
  for (const odd of [undefined, '', 'soon', '1767225600', 'Thu, 01 Jan']) {
    const ahead = aheadBy(odd)
    assert.ok(ahead === null || Number.isSafeInteger(ahead), String(odd))
  }
  assert.equal(aheadBy('Fri, 31 Dec 275000 23:59:59 GMT'), 100 * 365 * 86_400_000)
  assert.equal(nearestToZero(boundsOfToken(1e300, sentAt)), 100 * 365 * 86_400_000)
})

test('answers make it narrower, until the clock is set', () => {
  const slow = boundsOfAnswer(http(4_000), sentAt, sentAt + 7_000)!
  const quick = boundsOfAnswer(http(4_000), sentAt, sentAt + 100)!
  assert.deepEqual([nearestToZero(slow), nearestToZero(common(slow, quick))], [0, nearestToZero(quick)])
  const set = boundsOfAnswer(http(0), sentAt, sentAt + 100)!
  assert.equal(nearestToZero(common(quick, set)), 0)
})
