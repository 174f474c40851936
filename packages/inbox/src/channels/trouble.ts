import { hubNow } from '../api/clock.ts'
import type { Channel } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { dueTime } from '../ui/time/formats.ts'
import { healthState } from './health-state.ts'

/** The warning above the composer; null when the channel works. `now` is by the hub's clock. */
export function troubleText(channel: Channel, now = hubNow()): string | null {
  const { name, health, channel_type: type, authorization } = channel
  if (authorization?.state === 'ended') return s.channel.ended(name)
  const fate = type.idempotent ? s.channel.repeats : s.channel.fate
  switch (healthState(channel, now)) {
    case 'stopped':
      return s.channel.stopped(name)
    case 'paused':
      return `${s.channel.paused(name, dueTime(health.next_try_at ?? now, now))} ${fate}`
    case 'failing': {
      const why = health.last_error?.replace(/\.$/, '')
      return `${why ? s.channel.failing(name, why) : s.channel.failingPlain(name)} ${fate}`
    }
    case 'offline':
      return s.channel.offline(name)
    case 'unauthorized':
    case 'held':
    case 'ok':
      return authorization?.state === 'failing'
        ? s.channel.notRenewed(name, authorization.last_error?.replace(/\.$/, '') ?? '')
        : null
  }
}
