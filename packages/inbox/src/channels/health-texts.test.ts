import assert from 'node:assert/strict'
import { it } from 'node:test'
import { healthState, type ShownHealth } from './health-state.ts'
import { healthHint, healthText } from './health-texts.ts'

const now = Date.UTC(2026, 0, 5, 12) / 1000
const health = { state: 'ok', since: null, last_error: null, held_until: null, next_try_at: null } as const

it('a channel that reports itself offline is offline, unless our own calls say worse', () => {
  assert.equal(healthState({ status: 'ok', health }), 'ok')
  assert.equal(healthState({ status: 'offline', health }), 'offline')
  assert.equal(
    healthState({ status: 'offline', health: { ...health, state: 'paused', next_try_at: now + 60 } }, now),
    'paused',
  )
})

it('a channel whose server asked for a pause is neither working nor failing', () => {
  const held = {
    status: 'ok',
    health: { ...health, held_until: now + 60 },
    channel_type: { idempotent: false },
  } as const
  assert.match(healthText(held, now), /^Waits until .*\d/)
  assert.match(healthHint(held, now), /^Its server asked for a pause, so nothing is sent/)
  assert.equal(healthState(held, now + 61), 'ok')
})

it('the text has the time when it is known, and works without it', () => {
  const failing = { status: 'ok', health: { ...health, state: 'failing' } } as const
  assert.equal(healthText(failing, now), 'Failing')
  assert.match(healthText({ ...failing, health: { ...failing.health, since: now - 60 } }, now), /^Failing since .*\d/)
  const paused = { status: 'ok', health: { ...health, state: 'paused', next_try_at: now + 60 } } as const
  assert.match(healthText(paused, now), /^Paused, next try .*\d/)
})

it('a channel that is not authorized any more is not said to work', () => {
  const ended = { status: 'ok', health, authorization: { state: 'ended' } } as unknown as ShownHealth
  const hint = healthHint({ ...ended, channel_type: { idempotent: false } }, now)
  assert.deepEqual([healthState(ended, now), healthText(ended, now)], ['unauthorized', 'Not authorized any more'])
  assert.match(hint, /^Nothing is sent: /)
})
