import { createHmac, type KeyObject } from 'node:crypto'
import type { Secret } from './sign.ts'

/** The headers of the Standard Webhooks specification. */
export interface StandardHeaders {
  'webhook-id': string
  /** Seconds. */
  'webhook-timestamp': string
  /** `v1,` and standard base64; several, separated by spaces, while two secrets are live. */
  'webhook-signature': string
}

/**
 * Signs a request by the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, with each of the secrets. The key is the
 * secret's text as UTF-8 bytes, as for X-Front-Signature.
 */
export function signStandard(
  secrets: readonly Secret[],
  id: string,
  timestampMs: number,
  body: string | Uint8Array,
): StandardHeaders {
  const timestamp = String(Math.floor(timestampMs / 1_000))
  const signature = (secret: string | KeyObject) =>
    `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(signature).join(' '),
  }
}

/** The secret as libraries for Standard Webhooks take it: `whsec_` and base64 of its UTF-8 bytes. */
export function standardSecret(secret: string): string {
  return `whsec_${Buffer.from(secret, 'utf8').toString('base64')}`
}
