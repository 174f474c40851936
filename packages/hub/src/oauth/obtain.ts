import type { AddChannelDeps } from '../channels/add.ts'
import type { Reader } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { type Client, clientOf } from './client.ts'
import { identify } from './introspect.ts'
import { requestTokens, type TokenRequest, type TokenResult } from './tokens.ts'

export interface OAuthDeps {
  db: Reader
  sealer: Sealer
  allow: AddressRules
}

/** Asks for the token of a new channel, with what an admin entered for it. Throws authorization_failed. */
export function makeObtainGrant({ db, sealer, allow }: OAuthDeps): AddChannelDeps['obtainGrant'] {
  return async (companyId, type, login) => {
    const client = await clientOf(db, sealer, companyId, type)
    const isPassword = type.oauth2.grant === 'password'
    const result = await requestWithLogin(client, login, isPassword, allow)
    if (result.kind !== 'tokens') throw new ApiError('authorization_failed', result.message)
    const { tokens } = result
    // a password is kept only where there is no other way to the next token (RFC 6749, 4.3)
    const keepsLogin = !isPassword || tokens.refreshToken === null
    const identity = await identify(client, tokens.accessToken, 'private', allow)
    return {
      tokens: { ...tokens, login: keepsLogin ? JSON.stringify(login) : null },
      owner: { id: null, name: identity.name ?? login[0] },
    }
  }
}

/** Asks for a token with what is kept of a login. */
export function requestWithLogin(
  client: Client,
  [name, secret]: [string, string],
  isPassword: boolean,
  allow: AddressRules,
): Promise<TokenResult> {
  const asked: TokenRequest = isPassword
    ? { grant: 'password', username: name, password: secret }
    : { grant: 'client_credentials' }
  return requestTokens(isPassword ? client : { ...client, id: name, secret }, asked, allow)
}
