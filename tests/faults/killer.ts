import { setTimeout as wait } from 'node:timers/promises'
import type { SpawnedHub } from '../harness/spawned-hub.ts'
import { size } from './counting.ts'

/** Kills and restarts the hub repeatedly while `work` runs. Aborts `deadline` when the hub does not start again. */
export async function whileKilling(hub: SpawnedHub, work: (deadline: AbortSignal) => Promise<void>): Promise<void> {
  const working = new AbortController()
  const deadline = new AbortController()
  const killing = killUntil(hub, working.signal).catch((error) => {
    deadline.abort(error)
    throw error
  })
  await Promise.all([work(deadline.signal).finally(() => working.abort()), killing])
}

async function killUntil(hub: SpawnedHub, signal: AbortSignal): Promise<void> {
  for (;;) {
    await wait(size(500, 2_000), undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    await hub.kill()
    await hub.start()
  }
}
