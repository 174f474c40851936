/** How far the hub's clock is ahead of this machine's, in seconds. */
let ahead = 0

/** The Date of an answer is whole seconds, told a moment ago: less than this is no difference. */
const toleranceSeconds = 2

export function noteHubTime(date: string | null): void {
  const difference = (Date.parse(date ?? '') - Date.now()) / 1000
  if (Number.isFinite(difference)) ahead = Math.abs(difference) < toleranceSeconds ? 0 : difference
}

/** Seconds since 1970 by the hub's clock, to compare with times the hub gave: this machine's may be wrong. */
export function hubNow(): number {
  return Date.now() / 1000 + ahead
}
