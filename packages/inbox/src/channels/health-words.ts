import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { dueTime } from '../time/words.ts'

type HealthState = 'ok' | 'failing' | 'paused' | 'offline'

/** How a channel is, in one word. What its server reports counts when our own calls succeed. */
export function healthState({ status, health }: Pick<Channel, 'status' | 'health'>): HealthState {
  return health.state === 'ok' && status === 'offline' ? 'offline' : health.state
}

export function healthWords(channel: Pick<Channel, 'status' | 'health'>, now?: number): string {
  const words = t.channels.health
  const { since, next_try_at } = channel.health
  switch (healthState(channel)) {
    case 'failing':
      return since === null ? words.failingNow : words.failing(dueTime(since, now))
    case 'paused':
      return next_try_at === null ? words.pausedNow : words.paused(dueTime(next_try_at, now))
    case 'offline':
      return words.offline
    case 'ok':
      return words.ok
  }
}
