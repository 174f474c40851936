import type { AuthType } from '../channel-types/queries.ts'
import { t } from '../strings/settings.ts'
import type { FieldErrors } from '../ui/forms/field-errors.ts'

/** The input for a new channel. Only the fields that its type requires are shown and sent. */
export interface AddChannelFields {
  name: string
  inbox_id: string
  api_key: string
  access_token: string
  username: string
  password: string
  undo_send_time: string
}

type CredentialField = 'api_key' | 'access_token' | 'username' | 'password'

const asked: Record<AuthType, readonly CredentialField[]> = {
  none: [],
  api_key: ['api_key'],
  bearer: ['access_token'],
  basic: ['username', 'password'],
}

export function credentialsOf(authType: AuthType, fields: AddChannelFields): Record<string, string> | undefined {
  const names = asked[authType]
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, fields[name]])) : undefined
}

export function checkNewChannel(authType: AuthType, fields: AddChannelFields): FieldErrors<AddChannelFields> {
  const texts = t.addChannel.missing
  const missing = {
    api_key: texts.apiKey,
    access_token: texts.token,
    username: texts.username,
    password: texts.password,
  }
  const lacking = asked[authType].filter((name) => !fields[name]).map((name) => [name, missing[name]])
  return {
    name: !fields.name ? t.channels.missing.name : fields.name.length > 80 ? t.channels.missing.longName : undefined,
    inbox_id: fields.inbox_id ? undefined : texts.inbox,
    ...Object.fromEntries(lacking),
  }
}
