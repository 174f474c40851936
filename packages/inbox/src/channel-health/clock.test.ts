import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockOf, clockText, spanText } from './clock.ts'

const answers = (ahead_seconds: number) => ({ measured_by: 'answers' as const, ahead_seconds, at: 1 })
const tokens = (ahead_seconds: number) => ({ measured_by: 'tokens' as const, ahead_seconds, at: 2 })
const textOf = (...clocks: (ReturnType<typeof answers> | ReturnType<typeof tokens>)[]) =>
  clockText(clockOf({ clocks }), (seconds) => `at ${seconds}`)

test('a clock is told with what a difference breaks', () => {
  assert.match(textOf(), /^Not known yet/)
  assert.match(textOf(answers(0), tokens(-4.9)), /^It agrees with Portico’s\. .*token/)
  assert.match(textOf(answers(-12)), /12 sec behind Portico’s\. .*answer, at 1\. Nothing is refused/)
  assert.match(textOf(answers(0), tokens(75)), /1 min 15 sec ahead of Portico’s\. .*token, at 2\. Portico refuses/)
  assert.match(textOf(answers(-360), tokens(0)), /6 min behind .*more than 5 minutes/)
})

test('a span has two units at most', () => {
  assert.deepEqual(
    [0, 59.4, 61, 3_600, 3_661, 90_000, -200_000].map((seconds) => spanText(seconds, 'en')),
    ['0 sec', '59 sec', '1 min 1 sec', '1 hr', '1 hr 1 min', '1 day 1 hr', '2 days 7 hr'],
  )
})
