/** A request that claims to be signed. */
export interface Signed<Secret> {
  /** Any of these may have signed: two of them are live while a secret is rotated. */
  secrets: readonly Secret[]
  /** X-Front-Request-Timestamp as it came: milliseconds, or seconds when below 1e12. */
  timestamp: string | null | undefined
  /** The raw bytes of the body, before any parser. */
  body: string | Uint8Array
  /** X-Front-Signature as it came. */
  signature: string | null | undefined
  /** Milliseconds; the clock by default. */
  now?: number
  /** The allowed difference of the timestamp in the past and in the future: 5 minutes by default. */
  toleranceMs?: number
}

/**
 * `missing`: a header is not there. `timestamp`: it is not a whole number. `clock`: it is too far from our clock.
 * `signature`: none of the secrets signed these bytes.
 */
export type SignatureOutcome = { ok: true } | { ok: false; reason: 'missing' | 'timestamp' | 'clock' | 'signature' }

/** Refuses a timestamp that is not a whole number, or is further from `now` than the tolerance, in either direction. */
export function checkTimestamp(
  timestamp: string,
  now: number,
  toleranceMs: number,
): (SignatureOutcome & { ok: false }) | null {
  if (!/^\d{1,15}$/.test(timestamp)) return { ok: false, reason: 'timestamp' }
  const time = Number(timestamp)
  const milliseconds = time < 1e12 ? time * 1_000 : time
  return Math.abs(now - milliseconds) > toleranceMs ? { ok: false, reason: 'clock' } : null
}
