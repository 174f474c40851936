import { plainText } from '../channel-requests/answer.ts'
import { isHeaderText } from '../channels/credentials.ts'
import type { Tokens } from '../channels/grants.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import type { Client } from './client.ts'
import { postForm } from './post-form.ts'

export type TokenResult =
  | { kind: 'tokens'; tokens: Tokens }
  /** The code, token or password is not valid (any more), and never will be. */
  | { kind: 'ended'; message: string }
  | { kind: 'failed'; message: string }

/** By what a token is asked for. */
export type TokenRequest =
  | { grant: 'authorization_code'; code: string; redirectUri: string; verifier: string }
  | { grant: 'refresh_token'; refreshToken: string }
  | { grant: 'client_credentials' }
  | { grant: 'password'; username: string; password: string }

/** Asks the authorization server for a token. */
export async function requestTokens(client: Client, asked: TokenRequest, allow: AddressRules): Promise<TokenResult> {
  const result = await postForm(client, client.token_url, formOf(asked, client.scopes), allow)
  if (result.kind === 'answer') return readTokens(result.body)
  const hasEnded = result.error === 'invalid_grant' || (asked.grant === 'client_credentials' && isUnknown(result.error))
  return { kind: hasEnded ? 'ended' : 'failed', message: result.message }
}

function isUnknown(error: string | null): boolean {
  return error === 'invalid_client' || error === 'unauthorized_client' || error === 'unauthorized'
}

function formOf(asked: TokenRequest, scopes: string): Record<string, string> {
  const grant_type = asked.grant
  const scope: Record<string, string> = scopes === '' ? {} : { scope: scopes }
  switch (asked.grant) {
    case 'authorization_code':
      return { grant_type, code: asked.code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier }
    case 'refresh_token':
      return { grant_type, refresh_token: asked.refreshToken }
    case 'client_credentials':
      return { grant_type, ...scope }
    case 'password':
      return { grant_type, username: asked.username, password: asked.password, ...scope }
  }
}

/** Ten years: what is said to last longer does not expire. */
const LONGEST_SECONDS = 10 * 365 * 86_400

/** Answers without token_type and expires_in are Bearer tokens that do not expire. */
function readTokens(body: Record<string, unknown>): TokenResult {
  const { access_token, refresh_token, token_type } = body
  const failed = (what: string): TokenResult => ({
    kind: 'failed',
    message: `The authorization server answered ${what}.`,
  })
  if (typeof access_token !== 'string' || access_token === '') return failed('without an access token')
  if (!isHeaderText.test(access_token) || access_token.length > 16_000)
    return failed('with a token that no header can carry')
  if (token_type !== undefined && token_type !== null && !/^bearer$/i.test(String(token_type))) {
    return failed(
      `with a token of the type "${plainText(String(token_type)).slice(0, 40)}"; Portico sends Bearer tokens only`,
    )
  }
  return {
    kind: 'tokens',
    tokens: {
      accessToken: access_token,
      refreshToken: typeof refresh_token === 'string' && refresh_token !== '' ? refresh_token : null,
      login: null,
      lifetime: lifetimeOf(body.expires_in),
    },
  }
}

function lifetimeOf(value: unknown): number | null {
  const seconds = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : null
}
