import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { checkTimestamp, type SignatureOutcome, type Signed } from './signed.ts'

export type { SignatureOutcome } from './signed.ts'

/** A secret as text, used as its UTF-8 bytes, or the key made from it once (`createSecretKey(secret, 'utf8')`). */
export type Secret = string | KeyObject

export type SignedRequest = Signed<Secret>

/** Standard base64 of HMAC-SHA256 over `timestamp:body`. The timestamp is in milliseconds; the body is signed as the bytes that are sent. */
export function sign(secret: Secret, timestampMs: number | string, body: string | Uint8Array): string {
  return createHmac('sha256', secret).update(`${timestampMs}:`).update(body).digest('base64')
}

/** Standard base64 of HMAC-SHA1 over the body, as custom channels, the older kind, expect it. */
export function signBody(secret: Secret, body: string | Uint8Array): string {
  return createHmac('sha1', secret).update(body).digest('base64')
}

/** Verifies the signature of a request in constant time. */
export function verify(request: SignedRequest): SignatureOutcome {
  const { secrets, timestamp, body, signature, now = Date.now(), toleranceMs = 300_000 } = request
  if (!timestamp || !signature) return { ok: false, reason: 'missing' }
  const refused = checkTimestamp(timestamp, now, toleranceMs)
  if (refused) return refused
  const matches = secrets.some((secret) => equal(sign(secret, timestamp, body), signature))
  return matches ? { ok: true } : { ok: false, reason: 'signature' }
}

function equal(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)]
  return a.length === b.length && timingSafeEqual(a, b)
}
