import type { Channel } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { dueTime } from '../time/words.ts'

/** What to tell before anyone types; null when the channel is well. `now` in seconds since 1970. */
export function troubleWords({ name, status, health }: Channel, now?: number): string | null {
  if (health?.state === 'paused') {
    return health.next_try_at === null
      ? s.channel.failingPlain(name)
      : s.channel.paused(name, dueTime(health.next_try_at, now))
  }
  if (health?.state === 'failing') {
    return health.last_error
      ? s.channel.failing(name, health.last_error.replace(/\.$/, ''))
      : s.channel.failingPlain(name)
  }
  return status === 'offline' ? s.channel.offline(name) : null
}
