import type { Capability, ContactType } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { OAuth2Settings } from './oauth2.ts'
import type { AttachmentRules } from './schema.ts'

type Reader = Pick<Database, 'query'>

export interface ChannelTypeRow {
  id: number
  uid: string
  name: string
  description: string
  icon: string | null
  server_url: string
  auth_type: 'none' | 'api_key' | 'bearer' | 'basic' | 'oauth2'
  oauth2: OAuth2Settings | null
  has_client_secret: boolean
  contact_type: ContactType
  allow_compose: boolean
  allow_reply: boolean
  composer: 'basic' | 'advanced'
  message_templates: boolean
  free_text_window_hours: number | null
  capabilities: Capability[]
  wants_delete: boolean
  wants_message_imported: boolean
  wants_list_addresses: boolean
  idempotent: boolean
  single_use_tokens: boolean
  max_in_flight: number
  attachments: AttachmentRules | null
  is_custom: boolean
  numeric_alias: number | null
  created_at: Date
  /** The number of channels of the type, in all inboxes. */
  channels: number
  /** The live ones, newest first. Times in milliseconds. */
  secrets: {
    created_at: number
    expires_at: number | null
    pending: boolean
    verified_at: number | null
    signed_at: number | null
  }[]
}

/** A type whose server is behind OAuth. */
export type OAuthType = Pick<ChannelTypeRow, 'id' | 'uid' | 'name'> & { oauth2: OAuth2Settings }

const columns = `t.id, t.uid, t.name, t.description, t.icon, t.server_url, t.auth_type, t.oauth2,
  t.sealed_client_secret is not null as has_client_secret, t.contact_type, t.allow_compose,
  t.allow_reply, t.composer, t.message_templates, t.free_text_window_hours, t.capabilities, t.wants_delete, t.wants_message_imported, t.wants_list_addresses, t.idempotent,
  t.single_use_tokens, t.max_in_flight, t.attachments, t.is_custom, t.numeric_alias, t.created_at,
  (select count(*)::integer from channels c where c.company_id = t.company_id and c.channel_type_id = t.id
      and c.deleted_at is null) as channels,
  (select coalesce(jsonb_agg(jsonb_build_object('created_at', floor(extract(epoch from s.created_at) * 1000),
      'expires_at', floor(extract(epoch from s.expires_at) * 1000), 'pending', s.pending,
      'verified_at', floor(extract(epoch from u.verified_at) * 1000), 'signed_at', floor(extract(epoch from u.signed_at) * 1000))
      order by s.id desc), '[]')
    from channel_type_secrets s
    left join channel_type_secret_uses u on u.company_id = s.company_id and u.secret_id = s.id
    where s.company_id = t.company_id and s.channel_type_id = t.id
      and (s.expires_at is null or s.expires_at > now())) as secrets`

export function listChannelTypes(db: Reader, companyId: number): Promise<ChannelTypeRow[]> {
  return db.query<ChannelTypeRow>(
    'list_channel_types',
    `select ${columns} from channel_types t where t.company_id = $1 and t.deleted_at is null order by lower(t.name), t.id`,
    [companyId],
  )
}

export async function findChannelType(db: Reader, companyId: number, uid: string): Promise<ChannelTypeRow | undefined> {
  const [row] = await db.query<ChannelTypeRow>(
    'find_channel_type',
    `select ${columns} from channel_types t where t.company_id = $1 and t.uid = $2 and t.deleted_at is null`,
    [companyId, uid],
  )
  return row
}

export async function findCustomType(db: Reader, companyId: number): Promise<ChannelTypeRow | undefined> {
  const [row] = await db.query<ChannelTypeRow>(
    'find_custom_type',
    `select ${columns} from channel_types t where t.company_id = $1 and t.is_custom and t.deleted_at is null order by t.id limit 1`,
    [companyId],
  )
  return row
}

/** Throws not_found. */
export async function requireChannelType(db: Reader, companyId: number, uid: string): Promise<ChannelTypeRow> {
  const type = await findChannelType(db, companyId, uid)
  if (!type) throw new ApiError('not_found')
  return type
}
