import type { Capability, ContactType } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'

interface LiveChannelRow {
  address: string
  contact_type: ContactType
  capabilities: Capability[]
  is_custom: boolean
  secret_id: number
}

/**
 * The principal of a channel whose messages come with an API token, as if its server had shown a token of its own. Throws
 * not_found when the channel is deleted or its type has no secret.
 */
export async function channelAuthOf(
  db: Database,
  companyId: number,
  channelId: number,
): Promise<{ auth: ChannelAuth; isCustom: boolean }> {
  const [row] = await db.query<LiveChannelRow>(
    'find_channel_auth',
    `select c.address, t.contact_type, t.capabilities, t.is_custom, s.id as secret_id from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     join channel_type_secrets s on s.company_id = t.company_id and s.channel_type_id = t.id
     where c.company_id = $1 and c.id = $2 and c.deleted_at is null and not s.pending and (s.expires_at is null or s.expires_at > now())
     order by s.id desc limit 1`,
    [companyId, channelId],
  )
  if (!row) throw new ApiError('not_found')
  const { address, contact_type, capabilities, is_custom, secret_id } = row
  const auth: ChannelAuth = {
    ...{ companyId, channelId, sub: '', address, contactType: contact_type, capabilities, secretId: secret_id },
    ...{ isSingleUse: false, jti: '', expiresAt: 0, issuedAt: undefined },
  }
  return { auth, isCustom: is_custom }
}
