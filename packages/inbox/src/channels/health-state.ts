import { hubNow } from '../api/clock.ts'
import type { Channel } from '../api/types.ts'

type HealthState = 'ok' | 'failing' | 'paused' | 'offline' | 'held' | 'stopped' | 'unauthorized'

export type ShownHealth = Pick<Channel, 'status' | 'health'> &
  Partial<Pick<Channel, 'deliveries_stopped_at' | 'authorization'>>

/** The state of a channel. The server's own report counts when the hub's calls succeed; a pause that has ended does not count. */
export function healthState(channel: ShownHealth, now = hubNow()): HealthState {
  const { status, health, deliveries_stopped_at, authorization } = channel
  if (deliveries_stopped_at != null) return 'stopped'
  if (authorization?.state === 'ended') return 'unauthorized'
  if (health.state === 'ok') return health.held_until !== null && health.held_until > now ? 'held' : status
  return health.next_try_at !== null && health.next_try_at > now ? 'paused' : 'failing'
}

/** The end times of a channel's pauses. */
export function pausesOf({ health }: ShownHealth): (number | null)[] {
  return [health.held_until, health.next_try_at]
}
