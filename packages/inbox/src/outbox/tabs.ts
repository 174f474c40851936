import { randomKey } from './random-key.ts'

/** This tab, until it is closed or reloaded. */
export const ownTab = randomKey()

const lockOf = (tab: string) => `portico-tab-${tab}`
const beatOf = (tab: string) => `portico.tab.${tab}`
const beatMs = 1_000
const silentMs = 5_000

/** Lets the other tabs know that this one is there: by a lock that ends with it, or over plain http by a beat. */
export function showThatThisTabLives(): void {
  if (navigator.locks) {
    void navigator.locks.request(lockOf(ownTab), () => new Promise<never>(() => {}))
    return
  }
  const beat = () => quietly(() => localStorage.setItem(beatOf(ownTab), String(Date.now())))
  beat()
  setInterval(beat, beatMs)
  window.addEventListener('pagehide', () => quietly(() => localStorage.removeItem(beatOf(ownTab))))
}

export async function isAlive(tab: string): Promise<boolean> {
  if (navigator.locks) {
    const { held = [] } = await navigator.locks.query()
    return held.some(({ name }) => name === lockOf(tab))
  }
  return Date.now() - Number(localStorage.getItem(beatOf(tab))) < silentMs
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // a browser that stores nothing: no other tab sees what is here either
  }
}
