import { hubNow } from '../api/clock.ts'
import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { dueTime } from '../ui/time/words.ts'

type HealthState = 'ok' | 'failing' | 'paused' | 'offline'

type Shown = Pick<Channel, 'status' | 'health'>

/** How a channel is, in one word. What its server reports counts when our own calls succeed; a pause that is over is none. */
export function healthState({ status, health }: Shown, now = hubNow()): HealthState {
  if (health.state === 'ok') return status
  return health.next_try_at !== null && health.next_try_at > now ? 'paused' : 'failing'
}

export function healthWords(channel: Shown, now = hubNow()): string {
  const words = t.channels.health
  const { since, next_try_at } = channel.health
  switch (healthState(channel, now)) {
    case 'failing':
      return since === null ? words.failingNow : words.failing(dueTime(since, now))
    case 'paused':
      return words.paused(dueTime(next_try_at ?? now, now))
    case 'offline':
      return words.offline
    case 'ok':
      return words.ok
  }
}

/** What that means for the messages that are sent through it. */
export function healthHint(channel: Shown & { channel_type: { idempotent: boolean } }, now = hubNow()): string {
  const state = healthState(channel, now)
  const hint = t.channels.healthHints[state]
  if (state === 'ok' || state === 'offline') return hint
  return `${hint} ${channel.channel_type.idempotent ? t.channels.repeats : t.channels.fate}`
}
