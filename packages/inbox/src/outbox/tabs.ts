import { randomKey } from './random-key.ts'

/** The id of this tab until it is closed or reloaded. */
export const ownTab = randomKey()

const lockOf = (tab: string) => `portico-tab-${tab}`
const heartbeatOf = (tab: string) => `portico.tab.${tab}`
const heartbeatMs = 1_000
const aliveMs = 5_000

/** Shows other tabs that this one is open: by a lock that ends with it, or over plain http by a heartbeat. */
export function announceTab(): void {
  if (navigator.locks) {
    void navigator.locks.request(lockOf(ownTab), () => new Promise<never>(() => {}))
    return
  }
  const heartbeat = () => quietly(() => localStorage.setItem(heartbeatOf(ownTab), String(Date.now())))
  heartbeat()
  setInterval(heartbeat, heartbeatMs)
  window.addEventListener('pagehide', () => quietly(() => localStorage.removeItem(heartbeatOf(ownTab))))
}

export async function isAlive(tab: string): Promise<boolean> {
  if (navigator.locks) {
    const { held = [] } = await navigator.locks.query()
    return held.some(({ name }) => name === lockOf(tab))
  }
  return Date.now() - Number(localStorage.getItem(heartbeatOf(tab))) < aliveMs
}

/** Resolves when the tab is closed. */
export async function untilClosed(tab: string): Promise<void> {
  if (navigator.locks) return navigator.locks.request(lockOf(tab), async () => undefined)
  while (await isAlive(tab)) await new Promise((resolve) => setTimeout(resolve, aliveMs))
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // a browser that stores nothing: other tabs see no items of this one either
  }
}
