import { publicId } from '@portico/protocol'
import { withDefaults } from '../channel-types/schema.ts'
import type { Urls } from '../http/urls.ts'
import { ownerLink } from '../inboxes/owner.ts'
import type { ChannelRow } from './queries.ts'
import type { Channel } from './schema.ts'

/** Front's ChannelResponse with Portico's fields: inbox_id, status, channel_type, health, created_at, and webhook_url for admins. */
export function channelResource(
  row: ChannelRow,
  companyId: number,
  urls: Urls,
  view: { showsWebhook: boolean },
): Channel {
  const id = publicId('cha', companyId, row.id)
  const inboxId = publicId('inb', companyId, row.inbox_id)
  return {
    _links: {
      self: urls.of('channels', id),
      related: { inbox: urls.of('inboxes', inboxId), owner: ownerLink(row.team_id, companyId, urls) },
    },
    id,
    name: row.name,
    address: row.address,
    type: 'custom',
    send_as: row.address,
    settings: { undo_send_time: row.undo_send_time, all_teammates_can_reply: false },
    is_private: false,
    is_valid: row.status === 'ok',
    inbox_id: inboxId,
    status: row.status,
    channel_type: channelTypeOf(row),
    health: healthOf(row, new Date()),
    authorization: authorizationOf(row),
    deliveries_stopped_at: row.stopped_at && row.stopped_at.getTime() / 1000,
    created_at: row.created_at.getTime() / 1000,
    ...(view.showsWebhook && { webhook_url: row.webhook_url }),
  }
}

function authorizationOf(row: ChannelRow): Channel['authorization'] {
  if (!row.is_oauth) return null
  const seconds = (time: Date | null) => time && time.getTime() / 1000
  const hasEnded = row.authorization_ended_at !== null
  return {
    state: hasEnded ? 'ended' : row.renewals_failed ? 'failing' : 'ok',
    server: row.authorize_url ? (URL.parse(row.authorize_url)?.host ?? null) : null,
    owner_name: row.owner_name,
    obtained_at: seconds(row.token_obtained_at),
    expires_at: seconds(row.token_expires_at),
    ended_at: seconds(row.authorization_ended_at),
    last_error: row.renewal_error,
  }
}

function channelTypeOf(row: ChannelRow): Channel['channel_type'] {
  return {
    uid: row.type_uid,
    name: row.type_name,
    // a path, not the picture: a list of a thousand channels would repeat it a thousand times
    icon: row.icon_version && `/channel_types/${row.type_uid}/icon?v=${row.icon_version}`,
    allow_reply: row.allow_reply,
    allow_compose: row.allow_compose,
    composer: row.composer,
    message_templates: row.message_templates,
    free_text_window_hours: row.free_text_window_hours,
    capabilities: row.capabilities,
    contact_type: row.contact_type,
    idempotent: row.idempotent,
    attachments: withDefaults(row.attachments),
    is_custom: row.is_custom,
  }
}

/** The health of the channel's server. `paused`: nothing is sent until `next_try_at`. */
export function healthOf(
  row: Pick<ChannelRow, 'failing_since' | 'open_until' | 'paused_until' | 'last_error'>,
  now: Date,
): Channel['health'] {
  const isPaused = row.open_until !== null && row.open_until > now
  const isFailing = isPaused || row.failing_since !== null
  return {
    state: isPaused ? 'paused' : isFailing ? 'failing' : 'ok',
    since: row.failing_since && row.failing_since.getTime() / 1000,
    last_error: isFailing ? row.last_error : null,
    held_until: row.paused_until !== null && row.paused_until > now ? row.paused_until.getTime() / 1000 : null,
    next_try_at: isPaused && row.open_until ? row.open_until.getTime() / 1000 : null,
  }
}
