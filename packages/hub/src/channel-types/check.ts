import { ApiError } from '../http/api-error.ts'
import { type AddressRules, refuseUrl } from '../outbound-http/addresses.ts'
import { refuseIcon } from './icon.ts'
import type { ChannelTypeChange } from './schema.ts'

/**
 * Checks the fields of a type beyond what a schema can. Throws url_not_allowed, blocked_address, loop, invalid_body,
 * unsupported_field.
 */
export function checkFields(fields: ChannelTypeChange, allow: AddressRules): void {
  // the fields of credentials that several channels share; only OAuth has such
  if (fields.wants_list_addresses) {
    throw new ApiError('unsupported_field', undefined, ['body.wants_list_addresses: is not built yet'])
  }
  if (fields.server_url !== undefined) {
    const refusal = refuseUrl(fields.server_url.trim(), allow)
    if (refusal) throw new ApiError(refusal.code, refusal.message, ['body.server_url: is not allowed'])
  }
  const reason = fields.icon ? refuseIcon(fields.icon) : null
  if (reason) throw new ApiError('invalid_body', undefined, [`body.icon: ${reason}`])
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

export function aliasTaken(): ApiError {
  return new ApiError('invalid_body', 'Another channel type has this number. Choose one that is free.', [
    'body.numeric_alias: is the alias of another channel type',
  ])
}
