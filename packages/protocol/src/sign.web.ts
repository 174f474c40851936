import { checkTimestamp, type SignatureOutcome, type Signed } from './signed.ts'

export type { SignatureOutcome } from './signed.ts'

/** A secret as text, used as its UTF-8 bytes, or the key made from it once with `importSecret`. */
export type WebSecret = string | CryptoKey

export type WebSignedRequest = Signed<WebSecret>

const utf8 = new TextEncoder()

/** The HMAC-SHA256 key of a secret. */
export async function importSecret(secret: WebSecret): Promise<CryptoKey> {
  if (typeof secret !== 'string') return secret
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', utf8.encode(secret), algorithm, false, ['sign', 'verify'])
}

/** `sign` over WebCrypto: the same bytes. */
export async function sign(
  secret: WebSecret,
  timestampMs: number | string,
  body: string | Uint8Array,
): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', await importSecret(secret), signedBytes(timestampMs, body))
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
}

/** `verify` over WebCrypto, whose comparison takes constant time. */
export async function verify(request: WebSignedRequest): Promise<SignatureOutcome> {
  const { secrets, timestamp, body, signature, now = Date.now(), toleranceMs = 300_000 } = request
  if (!timestamp || !signature) return { ok: false, reason: 'missing' }
  const refused = checkTimestamp(timestamp, now, toleranceMs)
  if (refused) return refused
  const given = signatureBytes(signature)
  if (!given) return { ok: false, reason: 'signature' }
  const signed = signedBytes(timestamp, body)
  for (const secret of secrets) {
    if (await crypto.subtle.verify('HMAC', await importSecret(secret), given, signed)) return { ok: true }
  }
  return { ok: false, reason: 'signature' }
}

function signedBytes(timestamp: number | string, body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = utf8.encode(`${timestamp}:`)
  const bytes = typeof body === 'string' ? utf8.encode(body) : body
  const signed = new Uint8Array(prefix.length + bytes.length)
  signed.set(prefix)
  signed.set(bytes, prefix.length)
  return signed
}

/** The 32 bytes of a signature, or null unless it is the one base64 text that stands for them. */
function signatureBytes(signature: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(signature)) return null
  return Uint8Array.from(atob(signature), (character) => character.charCodeAt(0))
}
