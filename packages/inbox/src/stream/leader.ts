/**
 * Runs `lead` in exactly one tab of this browser: the tab that holds the lock. When that tab closes, the next one
 * takes over. Without Web Locks (plain http that is not loopback) every tab leads for itself.
 */
export function electLeader(name: string, lead: () => void): void {
  if (!navigator.locks) {
    lead()
    return
  }
  const untilTheTabCloses = new Promise<never>(() => {})
  void navigator.locks.request(name, () => {
    lead()
    return untilTheTabCloses
  })
}
