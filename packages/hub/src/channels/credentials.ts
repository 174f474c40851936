import type { OAuth2Settings } from '../channel-types/oauth2.ts'
import type { ChannelTypeRow } from '../channel-types/queries.ts'
import { ApiError } from '../http/api-error.ts'
import type { AdditionalData } from '../secrets/sealer.ts'

/** The credentials that an admin enters when adding a channel; auth_type of the channel type says which are needed. */
export interface Credentials {
  api_key?: string | undefined
  access_token?: string | undefined
  username?: string | undefined
  password?: string | undefined
  client_id?: string | undefined
  client_secret?: string | undefined
}

const fields = {
  none: [],
  api_key: ['api_key'],
  bearer: ['access_token'],
  basic: ['username', 'password'],
} as const satisfies Record<Exclude<ChannelTypeRow['auth_type'], 'oauth2'>, (keyof Credentials)[]>

/**
 * The credential that goes with every request to the channel's server: the trimmed token, `user:password` for basic, null for
 * none. Throws invalid_body naming the field.
 */
export function credentialOf(authType: ChannelTypeRow['auth_type'], given: Credentials): string | null {
  if (authType === 'oauth2') return null
  const names: readonly (keyof Credentials)[] = fields[authType]
  const [first = '', second = ''] = valuesOf(names, given)
  if (names.length === 0) return null
  if (authType === 'basic') return basicOf(first, second)
  if (!isHeaderText.test(first)) {
    throw refusal('The token has characters that no token has. Copy it again, whole and alone.', names, 'not a token')
  }
  return first
}

const logins = { client_credentials: ['client_id', 'client_secret'], password: ['username', 'password'] } as const

/**
 * With what a token is asked for at the authorization server. Throws invalid_body naming the field, authorization_required
 * where an admin has to agree there.
 */
export function loginOf(grant: OAuth2Settings['grant'], given: Credentials): [string, string] {
  if (grant === 'authorization_code') {
    valuesOf([], given)
    throw new ApiError('authorization_required')
  }
  const [name = '', secret = ''] = valuesOf(logins[grant], given)
  return [name, secret]
}

/** The trimmed values of these fields; a password as it is. Throws invalid_body, unsupported_field. */
function valuesOf(names: readonly (keyof Credentials)[], given: Credentials): string[] {
  const values = names.map((name) => (name === 'password' ? (given[name] ?? '') : (given[name] ?? '').trim()))
  const missing = names.filter((_, index) => values[index] === '')
  if (missing.length > 0) {
    throw refusal(`The channel's server asks for ${names.join(' and ')}.`, missing, 'missing')
  }
  const unused = Object.keys(given).filter(
    (name) => given[name as keyof Credentials] && !names.some((own) => own === name),
  )
  if (unused.length > 0) throw unusedRefusal(names, unused)
  return values
}

/** The characters that the Authorization header can have. */
export const isHeaderText = /^[\x20-\x7e\x80-\xff]+$/

function basicOf(username: string, password: string): string {
  if (username.includes(':')) throw refusal('A user name has no colon in it.', ['username'], 'has a colon')
  return `${username}:${password}`
}

function unusedRefusal(names: readonly string[], unused: string[]): ApiError {
  const asked = names.length === 0 ? 'nothing' : names.join(' and ')
  return new ApiError(
    'unsupported_field',
    `The channel's server asks for ${asked}, as its type says.`,
    unused.map((name) => `body.credentials.${name}: is not what this type asks for`),
  )
}

function refusal(message: string, names: readonly string[], reason: string): ApiError {
  return new ApiError(
    'invalid_body',
    message,
    names.map((name) => `body.credentials.${name}: ${reason}`),
  )
}

export function additionalDataOfCredential(companyId: number, channelId: number): AdditionalData {
  return { table: 'channels', companyId, id: channelId, field: 'sealed_credential' }
}
