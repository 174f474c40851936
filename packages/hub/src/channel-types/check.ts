import { ApiError } from '../http/api-error.ts'
import { type AddressRules, refuseUrl } from '../outbound-http/addresses.ts'
import { refuseIcon } from './icon.ts'
import { type OAuth2Settings, settingsOf } from './oauth2.ts'
import type { ChannelTypeRow } from './queries.ts'
import type { ChannelTypeChange } from './schema.ts'

/**
 * Checks the fields of a type beyond what a schema can. `was`: the type before the change. Throws url_not_allowed,
 * blocked_address, loop, invalid_body, unsupported_field.
 */
export function checkFields(fields: ChannelTypeChange, allow: AddressRules, was?: ChannelTypeRow): void {
  checkServerAuth(fields, allow, was)
  if (fields.server_url !== undefined) {
    const refusal = refuseUrl(fields.server_url.trim(), allow)
    if (refusal) throw new ApiError(refusal.code, refusal.message, ['body.server_url: is not allowed'])
  }
  const reason = fields.icon ? refuseIcon(fields.icon) : null
  if (reason) throw new ApiError('invalid_body', undefined, [`body.icon: ${reason}`])
}

function checkServerAuth(fields: ChannelTypeChange, allow: AddressRules, was?: ChannelTypeRow): void {
  const isOAuth = (fields.auth_type ?? was?.auth_type) === 'oauth2'
  const oauth2 = fields.oauth2 ? settingsOf(fields.oauth2, allow) : was?.oauth2
  if (fields.oauth2 && !isOAuth) {
    throw new ApiError('unsupported_field', undefined, ['body.oauth2: is for the auth_type oauth2'])
  }
  if (isOAuth && !oauth2)
    throw new ApiError('invalid_body', undefined, ['body.oauth2: is needed for the auth_type oauth2'])
  const wantsAddresses = fields.wants_list_addresses ?? was?.wants_list_addresses ?? false
  if (wantsAddresses && !(isOAuth && hasAddresses(oauth2))) {
    throw new ApiError('unsupported_field', undefined, [
      'body.wants_list_addresses: is for oauth2 with shared credentials and the grant authorization_code',
    ])
  }
}

function hasAddresses(oauth2: OAuth2Settings | null | undefined): boolean {
  return oauth2?.credentials_mode === 'shared' && oauth2.grant === 'authorization_code'
}

/** The texts, trimmed as they are stored. */
export function trimmed<Fields extends ChannelTypeChange>(fields: Fields): Fields {
  return {
    ...fields,
    ...(fields.name !== undefined && { name: fields.name.trim() }),
    ...(fields.description !== undefined && { description: fields.description.trim() }),
    ...(fields.server_url !== undefined && { server_url: fields.server_url.trim() }),
  }
}

export function windowWithoutTemplates(): ApiError {
  return new ApiError('invalid_body', 'Without message templates nothing could be sent outside of the window.', [
    'body.free_text_window_hours: needs message_templates',
  ])
}

export function aliasTaken(): ApiError {
  return new ApiError('invalid_body', 'Another channel type has this number. Choose one that is free.', [
    'body.numeric_alias: is the alias of another channel type',
  ])
}
