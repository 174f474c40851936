import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel } from '../api/types.ts'
import { healthState } from './health-state.ts'
import { healthHint } from './health-texts.ts'
import { troubleText } from './trouble.ts'

const now = new Date(2026, 4, 12, 14, 0).getTime() / 1000
const well = { state: 'ok', since: null, last_error: null, held_until: null, next_try_at: null } as const
const failing = {
  ...well,
  state: 'failing',
  since: now - 60,
  last_error: "The channel's server answered 500.",
} as const
const paused = { ...failing, state: 'paused', next_try_at: now + 120 } as const

const channel = (health: Channel['health'], part: { status?: 'ok' | 'offline'; idempotent?: boolean } = {}) =>
  ({
    name: 'SMS',
    status: part.status ?? 'ok',
    health,
    channel_type: { idempotent: part.idempotent ?? false },
  }) as Channel

const fate = 'What could not leave is tried again by itself; what may have arrived waits until one of you decides.'
const repeats = 'What is not settled is sent again by itself: the channel takes a repeated message as one.'

describe('the banner over a thread says what becomes of the messages', () => {
  const table: [string, Channel, RegExp | null, string][] = [
    ['a channel that is well', channel(well), null, ''],
    [
      'a channel that says it is offline',
      channel(well, { status: 'offline' }),
      /^SMS says it is offline\. Answers are sent all the same, and may not arrive\.$/,
      '',
    ],
    ['a failing one', channel(failing), /^SMS is having trouble: The channel's server answered 500\./, fate],
    ['a failing one that gave no reason', channel({ ...failing, last_error: null }), /^SMS is having trouble\./, fate],
    ['a failing one that knows repeats', channel(failing, { idempotent: true }), /^SMS is having trouble: /, repeats],
    [
      'a failing one that says it is offline',
      channel(failing, { status: 'offline' }),
      /^SMS is having trouble: /,
      fate,
    ],
    [
      'a paused one',
      channel(paused),
      /^SMS failed again and again, so nothing is sent to it by itself before \d?\d:02.*\. /,
      fate,
    ],
    ['a paused one that knows repeats', channel(paused, { idempotent: true }), /before .*:02/, repeats],
    ['one whose pause is over', channel({ ...paused, next_try_at: now - 1 }), /^SMS is having trouble: /, fate],
  ]
  for (const [what, shown, begins, ends] of table) {
    it(what, () => {
      const text = troubleText(shown, now)
      if (begins === null) return assert.equal(text, null)
      assert.match(text ?? '', begins)
      assert.equal(text?.endsWith(ends), true)
      assert.doesNotMatch(text ?? '', /keeps trying|be late|does not answer/)
    })
  }
})

describe('the page of a channel', () => {
  it('announces a retry only for unsent messages, or on an idempotent channel', () => {
    for (const health of [failing, paused]) {
      assert.match(healthHint(channel(health), now), /could not leave is tried again.*may have arrived waits/)
      assert.match(healthHint(channel(health, { idempotent: true }), now), /is sent again by itself/)
    }
    for (const status of ['ok', 'offline'] as const) {
      assert.doesNotMatch(healthHint(channel(well, { status }), now), /again|waits|takes/)
    }
  })

  it('does not call a channel paused whose pause has ended', () => {
    assert.deepEqual(
      [paused, { ...paused, next_try_at: now - 1 }].map((health) => healthState(channel(health), now)),
      ['paused', 'failing'],
    )
  })
})
