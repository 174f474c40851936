/** Between which milliseconds another clock is ahead of ours; below zero it is behind. */
export interface Bounds {
  low: number
  high: number
}

/** Longer differences are mistakes of another kind, and no interval holds them. */
const LONGEST_MS = 100 * 365 * 86_400_000

/** By the Date header of an answer (whole seconds), which was made after the request was sent and before the answer came. */
export function boundsOfAnswer(date: string | undefined, sentAt: number, receivedAt: number): Bounds | null {
  const time = Date.parse(date ?? '')
  if (Number.isNaN(time)) return null
  return limited({ low: time - receivedAt, high: time + 1_000 - sentAt })
}

/** By the iat (seconds) of a token that came at `now` and was made right before. */
export function boundsOfToken(issuedAt: number, now: number): Bounds {
  return limited({ low: issuedAt * 1_000 - now, high: issuedAt * 1_000 + 1_000 - now })
}

function limited({ low, high }: Bounds): Bounds {
  const within = (ms: number) => Math.round(Math.min(Math.max(ms, -LONGEST_MS), LONGEST_MS))
  return { low: within(low), high: within(high) }
}

/** What both allow; the later one when the clock was set in between. */
export function common(before: Bounds, later: Bounds): Bounds {
  const both = { low: Math.max(before.low, later.low), high: Math.min(before.high, later.high) }
  return both.low > both.high ? later : both
}

/** The least difference that the bounds allow. */
export function nearestToZero({ low, high }: Bounds): number {
  return low > 0 ? low : Math.min(high, 0)
}
