import { type NewChannelToken, newClaims } from './claims.ts'
import { importSecret, type WebSecret } from './sign.web.ts'

export type { NewChannelToken } from './claims.ts'

const utf8 = new TextEncoder()
const header = base64url(utf8.encode('{"alg":"HS256","typ":"JWT"}'))

/** `issueChannelToken` over WebCrypto, for channel servers on any runtime. */
export async function issueChannelToken({
  secret,
  ...token
}: NewChannelToken & { secret: WebSecret }): Promise<string> {
  const signed = `${header}.${base64url(utf8.encode(JSON.stringify(newClaims(token))))}`
  const signature = await crypto.subtle.sign('HMAC', await importSecret(secret), utf8.encode(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (character) => ({ '+': '-', '/': '_' })[character] ?? '')
}
