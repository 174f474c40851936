import { hubNow } from '../api/clock.ts'
import { t } from '../strings/settings.ts'
import { dueTime } from '../ui/time/formats.ts'
import { healthState, type ShownHealth } from './health-state.ts'

export function healthText(channel: ShownHealth, now = hubNow()): string {
  const texts = t.channels.health
  const { since, next_try_at, held_until } = channel.health
  switch (healthState(channel, now)) {
    case 'stopped':
      return texts.stopped
    case 'unauthorized':
      return texts.unauthorized
    case 'failing':
      return since === null ? texts.failingNow : texts.failing(dueTime(since, now))
    case 'paused':
      return texts.paused(dueTime(next_try_at ?? now, now))
    case 'offline':
      return texts.offline
    case 'held':
      return texts.held(dueTime(held_until ?? now, now))
    case 'ok':
      return texts.ok
  }
}

/** The effect of the state on messages of the channel. */
export function healthHint(channel: ShownHealth & { channel_type: { idempotent: boolean } }, now = hubNow()): string {
  const state = healthState(channel, now)
  const hint = t.channels.healthHints[state]
  if (state !== 'failing' && state !== 'paused') return hint
  return `${hint} ${channel.channel_type.idempotent ? t.channels.repeats : t.channels.fate}`
}
