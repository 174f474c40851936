/**
 * `missing`: a header is not there. `timestamp`: it is not a whole number. `clock`: it is too far from our clock.
 * `signature`: none of the secrets signed these bytes.
 */
export type SignatureVerdict = { ok: true } | { ok: false; reason: 'missing' | 'timestamp' | 'clock' | 'signature' }

/** Refuses a timestamp that is no whole number, or further from `now` than the tolerance, in either direction. */
export function judgeTimestamp(
  timestamp: string,
  now: number,
  toleranceMs: number,
): (SignatureVerdict & { ok: false }) | null {
  if (!/^\d{1,15}$/.test(timestamp)) return { ok: false, reason: 'timestamp' }
  const time = Number(timestamp)
  const milliseconds = time < 1e12 ? time * 1_000 : time
  return Math.abs(now - milliseconds) > toleranceMs ? { ok: false, reason: 'clock' } : null
}
