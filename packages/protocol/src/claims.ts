/** The claims of a channel token. Times are in seconds. */
export interface ChannelClaims {
  /** The App UID, or the channel type's number. */
  iss: string | number
  jti: string
  /** The channel's id. */
  sub: string
  exp: number
  iat?: number
  nbf?: number
}

export interface NewChannelToken {
  /** The App UID of the channel type. */
  uid: string
  /** `cha_…` */
  channelId: string
  /** 20 by default; the hub refuses more than 300. */
  lifetimeSeconds?: number
  /** Milliseconds; the clock by default. */
  now?: number
  /** Random by default. */
  jti?: string
}

/** The claims of a new token. */
export function newClaims({
  uid,
  channelId,
  lifetimeSeconds = 20,
  now = Date.now(),
  jti,
}: NewChannelToken): ChannelClaims {
  const iat = Math.floor(now / 1_000)
  return { iss: uid, jti: jti ?? crypto.randomUUID(), sub: channelId, exp: iat + lifetimeSeconds, iat }
}

/** The value as claims when each has its type, else null. It does not check issuer, times or signature. */
export function asClaims(value: unknown): ChannelClaims | null {
  if (typeof value !== 'object' || value === null) return null
  const { iss, jti, sub, exp, iat, nbf } = value as Record<keyof ChannelClaims, unknown>
  const hasIssuer = (typeof iss === 'string' && iss !== '') || Number.isSafeInteger(iss)
  const hasTexts = isText(jti) && jti.length <= 128 && isText(sub)
  const hasTimes = isTime(exp) && (iat === undefined || isTime(iat)) && (nbf === undefined || isTime(nbf))
  return hasIssuer && hasTexts && hasTimes ? (value as ChannelClaims) : null
}

/** U+0000 and halves of surrogate pairs, which no database can hold. */
const unstorable = /[\0\p{Surrogate}]/u

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !unstorable.test(value)
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
