import { startSending } from '../channel-callbacks/start-sending.ts'
import { Targets } from '../deliveries/targets.ts'
import type { Bus } from '../events/bus.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { channelsWithDueChanges } from './queries.ts'
import { type ChangeDeps, sendChanges } from './send.ts'

interface SenderDeps extends Omit<ChangeDeps, 'targets' | 'bus'> {
  bus: Bus
  sealer: Sealer
  report: (error: unknown) => void
}

/** Starts the sender of changes of sent messages. It delays no message: it has its own connections, and takes no slot of theirs. */
export function startMessageChanges(deps: SenderDeps) {
  const targets = new Targets(deps.sealer)
  const sending = startSending({
    due: (limit) => channelsWithDueChanges(deps.db, limit),
    send: (channel, signal) => sendChanges({ ...deps, targets }, channel, signal),
    report: deps.report,
  })
  const unsubscribe = deps.bus.on('changes', sending.wake)
  return {
    stop(): Promise<void> {
      unsubscribe()
      return sending.stop()
    },
  }
}
