import { type Secret, sign, signBody } from '@portico/protocol'

/** The headers by which a channel server verifies the hub. */
export interface Credential {
  /** The channel type's newest secret: it signs. */
  secret: Secret
  /** The credential that the admin entered for the channel; for `basic` it is `user:password`, for `oauth2` the access token. */
  credential: string | null
  /** A custom channel, the older kind: only the body is signed, with SHA-1. */
  isCustom?: boolean
  authType: 'none' | 'api_key' | 'bearer' | 'basic' | 'oauth2'
}

/** Headers of a signed request, made when it is sent, because receivers refuse old timestamps. */
export function signedHeaders({ body, ...by }: Credential & { body: string | Buffer }): Record<string, string> {
  const timestamp = String(Date.now())
  const authorization = authorizationOf(by)
  return {
    'User-Agent': 'Portico',
    'Content-Type': 'application/json',
    'Accept-Encoding': 'identity',
    ...(authorization && { Authorization: authorization }),
    ...(by.isCustom
      ? { 'X-Front-Signature': signBody(by.secret, body) }
      : { 'X-Front-Request-Timestamp': timestamp, 'X-Front-Signature': sign(by.secret, timestamp, body) }),
  }
}

/** Sent with every request, because some servers know the tenant only by it. */
function authorizationOf({ credential, authType }: Omit<Credential, 'secret'>): string | null {
  if (authType === 'none' || credential === null) return null
  if (authType === 'basic') return `Basic ${Buffer.from(credential).toString('base64')}`
  return `Bearer ${credential}`
}
