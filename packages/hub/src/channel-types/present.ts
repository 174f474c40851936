import type { Urls } from '../http/urls.ts'
import type { ChannelTypeRow } from './queries.ts'
import { type ChannelType, type SecretState, withDefaults } from './schema.ts'

/** Presents a channel type; `showsServer` adds the fields for admins. Secrets are never in it. */
export function channelTypeResource(row: ChannelTypeRow, urls: Urls, view: { showsServer: boolean }): ChannelType {
  return {
    _links: { self: urls.of('channel_types', row.uid) },
    uid: row.uid,
    name: row.name,
    description: row.description,
    icon: row.icon,
    contact_type: row.contact_type,
    allow_compose: row.allow_compose,
    allow_reply: row.allow_reply,
    composer: row.composer,
    message_templates: row.message_templates,
    free_text_window_hours: row.free_text_window_hours,
    capabilities: row.capabilities,
    attachments: withDefaults(row.attachments),
    is_custom: row.is_custom,
    created_at: row.created_at.getTime() / 1000,
    ...(view.showsServer && serverOf(row, urls)),
  }
}

function serverOf(row: ChannelTypeRow, urls: Urls): Partial<ChannelType> {
  return {
    server_url: row.server_url,
    auth_type: row.auth_type,
    oauth2: row.oauth2 && { ...row.oauth2, has_client_secret: row.has_client_secret },
    redirect_uri: row.oauth2?.grant === 'authorization_code' ? redirectUri(urls, row.uid) : null,
    wants_delete: row.wants_delete,
    wants_message_imported: row.wants_message_imported,
    wants_list_addresses: row.wants_list_addresses,
    idempotent: row.idempotent,
    single_use_tokens: row.single_use_tokens,
    max_in_flight: row.max_in_flight,
    numeric_alias: row.numeric_alias,
    channels: row.channels,
    secrets: secretsOf(row),
  }
}

export function secretsOf({ secrets }: Pick<ChannelTypeRow, 'secrets'>): SecretState[] {
  const seconds = (ms: number | null) => ms && ms / 1000
  return secrets.map(({ created_at, expires_at, pending, verified_at, signed_at }) => ({
    state: pending ? 'new' : expires_at === null ? 'current' : 'previous',
    created_at: created_at / 1000,
    expires_at: seconds(expires_at),
    last_verified_at: seconds(verified_at),
    last_signed_at: seconds(signed_at),
  }))
}

/** A page of the app, another one for each type: the code of one authorization server never goes to another's. */
export function redirectUri(urls: Urls, uid: string): string {
  return urls.of('app', 'settings', 'channels', 'callback', uid)
}
