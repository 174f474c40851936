import { setTimeout as wait } from 'node:timers/promises'
import type { SpawnedHub } from '../harness/spawned-hub.ts'
import { size } from './ledger.ts'

/** Kills the hub again and again, and starts it again, while `work` runs. `alive` is aborted when the hub does not start again. */
export async function whileKilling(hub: SpawnedHub, work: (alive: AbortSignal) => Promise<void>): Promise<void> {
  const working = new AbortController()
  const alive = new AbortController()
  const killing = killUntil(hub, working.signal).catch((error) => {
    alive.abort(error)
    throw error
  })
  await Promise.all([work(alive.signal).finally(() => working.abort()), killing])
}

async function killUntil(hub: SpawnedHub, signal: AbortSignal): Promise<void> {
  for (;;) {
    await wait(size(500, 2_000), undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    await hub.kill()
    await hub.start()
  }
}
