import { type Static, Type } from 'typebox'
import { ApiError } from '../http/api-error.ts'
import { type AddressRules, refuseUrl } from '../outbound-http/addresses.ts'
import type { AdditionalData } from '../secrets/sealer.ts'

const Url = Type.String({ minLength: 1, maxLength: 2_000 })
const Optional = (maxLength: number, description: string) => Type.String({ maxLength, description })

/** How a token for the channel's server is got; `''` stands for none. */
const settings = {
  grant: Type.Enum(['authorization_code', 'client_credentials', 'password'], {
    description:
      'authorization_code: an admin agrees at authorize_url. client_credentials: the admin enters client_id and client_secret of a ' +
      'channel. password: the admin enters a user name and a password',
  }),
  authorize_url: Optional(2_000, 'Where an admin agrees. For authorization_code'),
  token_url: Url,
  introspection_url: Optional(2_000, 'Where Portico asks whose token it is (RFC 7662)'),
  revocation_url: Optional(
    2_000,
    'Where Portico asks to end the tokens of a channel that is deleted, unless another channel shares them (RFC 7009)',
  ),
  revokes_replaced: Type.Boolean({
    description:
      'Also those that an authorization again replaces. Not for a server that ends the new ones with them. For authorization_code',
  }),
  client_id: Optional(400, 'Of Portico at the authorization server. Not for client_credentials'),
  scopes: Optional(1_000, 'Separated by spaces'),
  credentials_mode: Type.Enum(['private', 'shared'], {
    description: 'private: one authorization for a channel; shared: one for all channels of the same owner',
  }),
}

const ClientSecret = Type.Union([Type.String({ maxLength: 4_000 }), Type.Null()], {
  description: 'Stored encrypted and never shown. Absent it stays, null removes it',
})

const { grant, token_url, ...others } = settings

export const OAuth2Body = Type.Object({
  grant,
  token_url,
  ...Type.Partial(Type.Object({ ...others, client_secret: ClientSecret })).properties,
})
export type OAuth2Body = Static<typeof OAuth2Body>

export const OAuth2 = Type.Object({ ...settings, has_client_secret: Type.Boolean() })

/** As the column has it. */
export type OAuth2Settings = Omit<Static<typeof OAuth2>, 'has_client_secret'>

export function additionalDataOfClientSecret(companyId: number, typeId: number): AdditionalData {
  return { table: 'channel_types', companyId, id: typeId, field: 'sealed_client_secret' }
}

/** The settings with every field, trimmed. Throws invalid_body, url_not_allowed, blocked_address, loop, unsupported_field. */
export function settingsOf(body: OAuth2Body, allow: AddressRules): OAuth2Settings {
  const text = (value: string | undefined) => (value ?? '').trim()
  const made: OAuth2Settings = {
    grant: body.grant,
    authorize_url: text(body.authorize_url),
    token_url: text(body.token_url),
    introspection_url: text(body.introspection_url),
    revocation_url: text(body.revocation_url),
    revokes_replaced: body.revokes_replaced ?? false,
    client_id: text(body.client_id),
    scopes: text(body.scopes).split(/\s+/).join(' '),
    credentials_mode: body.credentials_mode ?? 'private',
  }
  refuseUnused(made, body)
  for (const name of needed[made.grant]) {
    if (made[name] === '') throw refusal('invalid_body', name, `is needed for ${made.grant}`)
  }
  for (const name of urls) refuseUrlOf(name, made[name], allow)
  return made
}

const urls = ['authorize_url', 'token_url', 'introspection_url', 'revocation_url'] as const

const needed = {
  authorization_code: ['authorize_url', 'token_url', 'client_id'],
  client_credentials: ['token_url'],
  password: ['token_url', 'client_id'],
} as const

function refuseUnused(made: OAuth2Settings, body: OAuth2Body): void {
  if (made.grant !== 'authorization_code' && made.authorize_url !== '') {
    throw refusal('unsupported_field', 'authorize_url', 'is for authorization_code only')
  }
  if (made.revokes_replaced && (made.grant !== 'authorization_code' || made.revocation_url === '')) {
    throw refusal('unsupported_field', 'revokes_replaced', 'is for authorization_code with a revocation_url')
  }
  if (made.grant !== 'client_credentials') return
  // each channel has its own: the admin who adds it enters them
  if (made.client_id !== '') throw refusal('unsupported_field', 'client_id', 'is entered when a channel is added')
  if (body.client_secret) throw refusal('unsupported_field', 'client_secret', 'is entered when a channel is added')
  if (made.credentials_mode === 'shared') {
    throw refusal('unsupported_field', 'credentials_mode', 'client credentials are not shared')
  }
}

function refuseUrlOf(name: string, url: string, allow: AddressRules): void {
  const refused = url === '' ? null : refuseUrl(url, allow)
  if (refused) throw new ApiError(refused.code, refused.message, [`body.oauth2.${name}: is not allowed`])
}

function refusal(code: 'invalid_body' | 'unsupported_field', name: string, reason: string): ApiError {
  return new ApiError(code, undefined, [`body.oauth2.${name}: ${reason}`])
}
