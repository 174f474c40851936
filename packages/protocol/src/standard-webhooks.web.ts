import { importSecret, type WebSecret } from './sign.web.ts'
import { checkTimestamp, type SignatureOutcome, type Signed } from './signed.ts'

/** A request with the headers webhook-id, webhook-timestamp (seconds) and webhook-signature, as they came. */
export type StandardSigned = Signed<WebSecret> & { id: string | null | undefined }

const utf8 = new TextEncoder()

/** Verifies the Standard Webhooks signature of a request: one of its signatures, by one of the secrets. */
export async function verifyStandard(request: StandardSigned): Promise<SignatureOutcome> {
  const { secrets, id, timestamp, body, signature, now = Date.now(), toleranceMs = 300_000 } = request
  if (!id || !timestamp || !signature) return { ok: false, reason: 'missing' }
  const refused = checkTimestamp(timestamp, now, toleranceMs)
  if (refused) return refused
  const signed = signedBytes(`${id}.${timestamp}.`, body)
  const given = signature.split(' ', 20).flatMap((one) => signatureBytes(one) ?? [])
  for (const secret of secrets) {
    const key = await importSecret(secret)
    for (const bytes of given) if (await crypto.subtle.verify('HMAC', key, bytes, signed)) return { ok: true }
  }
  return { ok: false, reason: 'signature' }
}

function signedBytes(prefix: string, body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const start = utf8.encode(prefix)
  const bytes = typeof body === 'string' ? utf8.encode(body) : body
  const signed = new Uint8Array(start.length + bytes.length)
  signed.set(start)
  signed.set(bytes, start.length)
  return signed
}

function signatureBytes(signature: string): Uint8Array<ArrayBuffer> | null {
  const text = /^v1,([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/.exec(signature)?.[1]
  return text === undefined ? null : Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
