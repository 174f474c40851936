import type { Capability, ContactType } from '@portico/protocol'
import type { AttachmentRules } from '../channel-types/schema.ts'
import type { Database } from '../db/database.ts'
import type { FileRules } from '../http/files.ts'
import type { Channel } from './schema.ts'

type Reader = Pick<Database, 'query'>

/** A channel that is not deleted, with fields of its type and its delivery state. */
export interface ChannelRow {
  id: number
  inbox_id: number
  team_id: number
  name: string
  address: string
  webhook_url: string
  status: Channel['status']
  undo_send_time: Channel['settings']['undo_send_time']
  created_at: Date
  type_uid: string
  type_name: string
  /** Changes when the type's icon does; null without one. */
  icon_version: string | null
  allow_reply: boolean
  allow_compose: boolean
  composer: 'basic' | 'advanced'
  message_templates: boolean
  free_text_window_hours: number | null
  capabilities: Capability[]
  contact_type: ContactType
  idempotent: boolean
  attachments: AttachmentRules | null
  is_custom: boolean
  failing_since: Date | null
  open_until: Date | null
  /** The end of the pause that its server asked for. */
  paused_until: Date | null
  last_error: string | null
  /** An admin has stopped its deliveries. */
  stopped_at: Date | null
  is_oauth: boolean
  authorize_url: string | null
  /** Of its grant; null without one. */
  owner_name: string | null
  token_expires_at: Date | null
  token_obtained_at: Date | null
  renewals_failed: number | null
  renewal_error: string | null
  authorization_ended_at: Date | null
}

const text = `select c.id, c.inbox_id, i.team_id, c.name, c.address, c.webhook_url, c.status, c.undo_send_time, c.created_at,
    t.uid as type_uid, t.name as type_name, left(md5(t.icon), 8) as icon_version, t.allow_reply, t.allow_compose,
    t.composer, t.message_templates, t.free_text_window_hours, t.capabilities, t.contact_type, t.idempotent, t.attachments, t.is_custom, l.failing_since, l.open_until, l.paused_until, l.last_error, l.stopped_at,
    t.auth_type = 'oauth2' as is_oauth, t.oauth2->>'authorize_url' as authorize_url, g.owner_name, g.expires_at as token_expires_at, g.obtained_at as token_obtained_at,
    g.failures as renewals_failed, g.last_error as renewal_error, g.ended_at as authorization_ended_at
  from channels c
  join inboxes i on i.company_id = c.company_id and i.id = c.inbox_id
  join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
  left join oauth_grants g on g.company_id = c.company_id and g.id = c.oauth_grant_id
  left join channel_delivery_states l on l.company_id = c.company_id and l.channel_id = c.id
  where c.company_id = $1 and c.deleted_at is null`

/** The channels of some inboxes, by name. */
export function listChannels(db: Reader, companyId: number, inboxIds: number[]): Promise<ChannelRow[]> {
  return db.query<ChannelRow>(
    'list_channels',
    `${text} and c.inbox_id = any($2::bigint[]) order by lower(c.name), c.id`,
    [companyId, inboxIds],
  )
}

export async function findChannel(db: Reader, companyId: number, id: number): Promise<ChannelRow | undefined> {
  return (await db.query<ChannelRow>('find_channel', `${text} and c.id = $2`, [companyId, id]))[0]
}

/** The files that a teammate may attach on a channel. */
export async function findFileRules(db: Reader, companyId: number, channelId: number): Promise<FileRules> {
  const [row] = await db.query<{ attachments: AttachmentRules | null }>(
    'find_file_rules',
    `select t.attachments from channels c join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, channelId],
  )
  const { max_bytes, media_types } = row?.attachments ?? {}
  return { ...(max_bytes !== undefined && { maxBytes: max_bytes }), ...(media_types && { mediaTypes: media_types }) }
}
