import type { AdditionalData, Sealer } from '../secrets/sealer.ts'

/** The tokens that an authorization server issued, and the account that agreed. Times in seconds. */
export interface Tokens {
  accessToken: string
  refreshToken: string | null
  /** The credentials for another token where there is no refresh token. */
  login: string | null
  /** Null: it does not expire. */
  lifetime: number | null
}

/** The owner of the tokens. */
export interface Owner {
  /** Where channels share the authorization. */
  id: string | null
  name: string | null
}

/** A grant before it is stored. */
export interface NewGrant {
  tokens: Tokens
  owner: Owner
}

export type GrantField = 'sealed_access_token' | 'sealed_refresh_token' | 'sealed_login'

export function additionalDataOfToken(companyId: number, grantId: number, field: GrantField): AdditionalData {
  return { table: 'oauth_grants', companyId, id: grantId, field }
}

/** A grant as save_grant and renew_grant (SQL) take it. */
export function grantRow(sealer: Sealer, companyId: number, grantId: number, { tokens, owner }: NewGrant): object {
  const sealed = (field: GrantField, plain: string | null) =>
    plain === null ? null : sealer.seal(plain, additionalDataOfToken(companyId, grantId, field)).toString('hex')
  return {
    company: companyId,
    id: grantId,
    access_token: sealed('sealed_access_token', tokens.accessToken),
    refresh_token: sealed('sealed_refresh_token', tokens.refreshToken),
    login: sealed('sealed_login', tokens.login),
    lifetime: tokens.lifetime,
    owner_id: owner.id,
    owner_name: owner.name,
  }
}
