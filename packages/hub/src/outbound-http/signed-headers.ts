import { type Secret, sign, signBody, signStandard } from '@portico/protocol'

/** The headers by which a channel server verifies the hub. */
export interface Credential {
  /** The channel type's newest secret: it signs. */
  secret: Secret
  /** The type's other live secrets, while one is rotated: they sign for Standard Webhooks as well. */
  otherSecrets?: readonly Secret[]
  /** The credential that the admin entered for the channel; for `basic` it is `user:password`, for `oauth2` the access token. */
  credential: string | null
  /** A custom channel, the older kind: only the body is signed, with SHA-1. */
  isCustom?: boolean
  authType: 'none' | 'api_key' | 'bearer' | 'basic' | 'oauth2'
}

/** The signed parts of a request. */
export type SignedCall = Credential & {
  body: string | Buffer
  /** The same at every repeat of the request. */
  webhookId: string
}

/** Headers of a signed request, made when it is sent, because receivers refuse old timestamps. */
export function signedHeaders({ body, webhookId, ...by }: SignedCall): Record<string, string> {
  const now = Date.now()
  const timestamp = String(now)
  const authorization = authorizationOf(by)
  return {
    'User-Agent': 'Portico',
    'Content-Type': 'application/json',
    'Accept-Encoding': 'identity',
    ...(authorization && { Authorization: authorization }),
    ...(by.isCustom
      ? { 'X-Front-Signature': signBody(by.secret, body) }
      : {
          'X-Front-Request-Timestamp': timestamp,
          'X-Front-Signature': sign(by.secret, timestamp, body),
          ...signStandard([by.secret, ...(by.otherSecrets ?? [])], webhookId, now, body),
        }),
  }
}

/** Sent with every request, because some servers know the tenant only by it. */
function authorizationOf({ credential, authType }: Omit<Credential, 'secret'>): string | null {
  if (authType === 'none' || credential === null) return null
  if (authType === 'basic') return `Basic ${Buffer.from(credential).toString('base64')}`
  return `Bearer ${credential}`
}

/** The forms in which a server may repeat the credential. */
export function secretsOf({ credential, authType }: Pick<Credential, 'credential' | 'authType'>): string[] {
  if (authType === 'none' || credential === null) return []
  if (authType !== 'basic') return [credential]
  return [Buffer.from(credential).toString('base64'), credential.slice(credential.indexOf(':') + 1)]
}
