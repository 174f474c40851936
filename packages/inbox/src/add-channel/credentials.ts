import type { ChannelTypeDetails } from '../channel-types/queries.ts'
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
  client_id: string
  client_secret: string
  undo_send_time: string
}

type CredentialField = 'api_key' | 'access_token' | 'username' | 'password' | 'client_id' | 'client_secret'

/** How the type says that its channels are added. */
export type ServerAuth = Pick<ChannelTypeDetails, 'auth_type' | 'oauth2'>

const asked = {
  none: [],
  api_key: ['api_key'],
  bearer: ['access_token'],
  basic: ['username', 'password'],
  authorization_code: [],
  client_credentials: ['client_id', 'client_secret'],
  password: ['username', 'password'],
} as const satisfies Record<string, readonly CredentialField[]>

/** The credential fields of the form that adds a channel. */
export function askedBy({ auth_type, oauth2 }: ServerAuth): keyof typeof asked {
  return auth_type === 'oauth2' ? (oauth2?.grant ?? 'authorization_code') : auth_type
}

export function credentialsOf(type: ServerAuth, fields: AddChannelFields): Record<string, string> | undefined {
  const names: readonly CredentialField[] = asked[askedBy(type)]
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, fields[name]])) : undefined
}

export function checkNewChannel(type: ServerAuth, fields: AddChannelFields): FieldErrors<AddChannelFields> {
  const texts = t.addChannel.missing
  const missing = {
    api_key: texts.apiKey,
    access_token: texts.token,
    username: texts.username,
    password: texts.password,
    client_id: texts.clientId,
    client_secret: texts.clientSecret,
  }
  const names: readonly CredentialField[] = asked[askedBy(type)]
  const lacking = names.filter((name) => !fields[name]).map((name) => [name, missing[name]])
  return {
    name: !fields.name ? t.channels.missing.name : fields.name.length > 80 ? t.channels.missing.longName : undefined,
    inbox_id: fields.inbox_id ? undefined : texts.inbox,
    ...Object.fromEntries(lacking),
  }
}

/** Under which name the form of a type is kept while the admin is at the authorization server. */
export function keepFormOf(uid: string): string {
  return `add-channel ${uid}`
}
