import type { Urls } from '../http/urls.ts'
import type { ChannelTypeRow } from './queries.ts'
import type { ChannelType } from './schema.ts'

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
    created_at: row.created_at.getTime() / 1000,
    ...(view.showsServer && serverOf(row)),
  }
}

function serverOf(row: ChannelTypeRow): Partial<ChannelType> {
  return {
    server_url: row.server_url,
    auth_type: row.auth_type,
    wants_delete: row.wants_delete,
    wants_message_imported: row.wants_message_imported,
    idempotent: row.idempotent,
    single_use_tokens: row.single_use_tokens,
    max_in_flight: row.max_in_flight,
    numeric_alias: row.numeric_alias,
    channels: row.channels,
    secrets: row.secrets.map(({ created_at, expires_at, pending }) => ({
      state: pending ? 'new' : expires_at === null ? 'current' : 'previous',
      created_at: created_at / 1000,
      expires_at: expires_at && expires_at / 1000,
    })),
  }
}
