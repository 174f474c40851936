/** The offset of the hub's clock from this machine's, in seconds. */
let ahead = 0

/** The smallest difference that counts: the Date header has whole seconds and is a moment old. */
const toleranceSeconds = 2

export function noteHubTime(date: string | null): void {
  const difference = (Date.parse(date ?? '') - Date.now()) / 1000
  if (Number.isFinite(difference)) ahead = Math.abs(difference) < toleranceSeconds ? 0 : difference
}

/** Seconds since 1970 by the hub's clock, for comparison with times of the hub: this machine's clock may be wrong. */
export function hubNow(): number {
  return Date.now() / 1000 + ahead
}
