import { isUtf8 } from 'node:buffer'
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { asClaims, type ChannelClaims, type NewChannelToken, newClaims } from './claims.ts'
import { hasRepeatedKeys } from './repeated-keys.ts'
import type { Secret } from './sign.ts'

export type { ChannelClaims, NewChannelToken } from './claims.ts'

export type TokenCode = 'invalid_token' | 'token_expired' | 'token_not_yet_valid' | 'token_lifetime_too_long'
/** `hasWrongIssuer`: the signature is valid, but `iss` names another issuer. */
export type TokenOutcome = { ok: true; claims: ChannelClaims } | { ok: false; code: TokenCode; hasWrongIssuer?: true }

/** The allowed difference between the clocks of a channel server and the hub, in seconds. */
export const TOKEN_LEEWAY_SECONDS = 60
/**
 * The longest lifetime of a token, in seconds. There is no leeway on top: real clients' tokens live 5 to 30 s, which is enough
 * for every clock difference that the leeway allows.
 */
const maxLifetime = 300
/** Node refuses longer headers before they get here. */
const maxLength = 16_384

const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')

/** A channel token (JWT, HS256) for one call, or for as long as it lives. */
export function issueChannelToken({ secret, ...token }: NewChannelToken & { secret: Secret }): string {
  const signed = `${header}.${Buffer.from(JSON.stringify(newClaims(token))).toString('base64url')}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** The `sub` that a token claims, also where its other claims are wrong: only good for finding the channel. */
export function readTokenSubject(token: string): string | null {
  const parts = partsOf(token)
  const sub = parts && (jsonIn(parts.payload) as { sub?: unknown } | null)?.sub
  return typeof sub === 'string' && sub !== '' ? sub : null
}

/** The unverified claims of a token: only good for finding the channel by `sub`. Null when it is not a channel token. */
export function readChannelToken(token: string): ChannelClaims | null {
  const parts = partsOf(token)
  return parts && asClaims(jsonIn(parts.payload))
}

export interface TokenTrust {
  /** Keys of the channel's type: two while its secret is rotated. Their type keeps a text from passing for one. */
  keys: readonly KeyObject[]
  /** The App UID, and the numeric alias as text where there is one. */
  issuers: readonly string[]
  /** Milliseconds; the clock by default. */
  now?: number
}

/** Verifies a channel token: HS256 and nothing else, the signature before anything it claims. */
export function verifyChannelToken(token: string, { keys, issuers, now = Date.now() }: TokenTrust): TokenOutcome {
  const parts = partsOf(token)
  if (!parts || !isHs256(parts.header) || !isSignedBy(keys, parts)) return refuse('invalid_token')
  const claims = asClaims(jsonIn(parts.payload))
  if (!claims) return refuse('invalid_token')
  if (!issuers.includes(String(claims.iss))) return { ...refuse('invalid_token'), hasWrongIssuer: true }
  const refusal = checkTimes(claims, now / 1_000)
  return refusal ? refuse(refusal) : { ok: true, claims }
}

function checkTimes({ exp, iat = 0, nbf = 0 }: ChannelClaims, now: number): TokenCode | null {
  if (now > exp + TOKEN_LEEWAY_SECONDS) return 'token_expired'
  if (exp - now > maxLifetime) return 'token_lifetime_too_long'
  if (Math.max(iat, nbf) > now + TOKEN_LEEWAY_SECONDS) return 'token_not_yet_valid'
  return null
}

interface Parts {
  header: string
  payload: string
  signed: string
  signature: string
}

function partsOf(token: string): Parts | null {
  if (token.length > maxLength) return null
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second < 0 || token.includes('.', second + 1)) return null
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signed: token.slice(0, second),
    signature: token.slice(second + 1),
  }
}

function isHs256(part: string): boolean {
  const fields = jsonIn(part) as { alg?: unknown; crit?: unknown } | null
  return fields?.alg === 'HS256' && fields.crit === undefined
}

/** Compares texts, so that a signature in any encoding but canonical base64url is refused. */
function isSignedBy(keys: readonly KeyObject[], { signed, signature }: Parts): boolean {
  const given = Buffer.from(signature)
  return keys.some((key) => {
    const ours = Buffer.from(createHmac('sha256', key).update(signed).digest('base64url'))
    return ours.length === given.length && timingSafeEqual(ours, given)
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON object in a base64url part, or null. Buffer skips characters that are not base64url, so the text is encoded again and
 * compared. A repeated key is refused: the signer's parser may have read the other one.
 */
function jsonIn(part: string): object | null {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part || !isUtf8(bytes)) return null
  try {
    const text = utf8.decode(bytes)
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && !hasRepeatedKeys(text) ? value : null
  } catch {
    return null
  }
}

function refuse(code: TokenCode): Extract<TokenOutcome, { ok: false }> {
  return { ok: false, code }
}
