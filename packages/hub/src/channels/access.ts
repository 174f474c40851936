import { type ContactType, parseAlias } from '@portico/protocol'
import type { FastifyRequest } from 'fastify'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type ChannelAuth, type Principal, teammateOf } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { type ChannelRow, findChannel } from './queries.ts'

/** The part of a channel that every caller needs. */
export interface ChannelRef {
  id: number
  inbox_id: number
  contact_type: ContactType
}

/**
 * The channel of an id or `alt:address:` alias, when the caller may see it; by its id a deleted one too. Throws
 * not_found, and forbidden for a channel token of another channel.
 */
export function requireChannel(db: Database, principal: Principal, text: string): Promise<ChannelRef> {
  return findVisibleChannel(db, principal, text, null)
}

/**
 * Finds a channel to read like requireLiveChannel; also one of a conversation that the teammate was given alone, whose composer
 * needs it.
 */
export async function requireReadableChannel(db: Database, principal: Principal, text: string): Promise<ChannelRow> {
  return requireLive(db, principal, await findVisibleChannel(db, principal, text, teammateOf(principal)))
}

async function findVisibleChannel(
  db: Database,
  principal: Principal,
  text: string,
  grantedTo: number | null,
): Promise<ChannelRef> {
  const alias = parseAlias(text)
  if (alias.kind === 'alias' && alias.source !== 'address') throw new ApiError('not_found')
  const [id, address] = alias.kind === 'id' ? [resourceNumber(principal, 'cha', text), null] : [null, alias.value]
  if (principal.kind === 'channel') refuseOther(principal.channelId, id)
  const [channel] = await db.query<ChannelRef>(
    'require_channel',
    `select c.id, c.inbox_id, t.contact_type from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1 and (c.inbox_id = any($4::bigint[]) or exists (
         select from conversation_teammates g join conversations v on v.company_id = g.company_id and v.id = g.conversation_id
         where g.company_id = c.company_id and g.teammate_id = $5::bigint and v.channel_id = c.id))
       and (c.id = $2 or ($2::bigint is null and c.address = $3 and c.deleted_at is null))
     order by c.id limit 1`,
    [principal.companyId, id, address, await visibleInboxIds(db, principal), grantedTo],
  )
  if (!channel) throw new ApiError('not_found')
  if (principal.kind === 'channel') refuseOther(principal.channelId, channel.id)
  return channel
}

function refuseOther(own: number, asked: number | null): void {
  if (asked === null || asked === own) return
  throw new ApiError('forbidden', 'This token is of another channel. Sign one whose `sub` is the channel in the path.')
}

/** Finds a channel like requireChannel, with all columns; also throws not_found when it was deleted. */
export async function requireLiveChannel(db: Database, principal: Principal, text: string): Promise<ChannelRow> {
  return requireLive(db, principal, await requireChannel(db, principal, text))
}

async function requireLive(db: Database, principal: Principal, { id }: ChannelRef): Promise<ChannelRow> {
  const channel = await findChannel(db, principal.companyId, id)
  if (!channel) throw new ApiError('not_found')
  return channel
}

/** Returns the verified token's claims when the path names its channel, by id or `alt:address:`. Throws not_found, forbidden. */
export function requireChannelAuth(request: FastifyRequest, channel: string): ChannelAuth {
  const auth = request.channelAuth
  if (!auth) throw new ApiError('forbidden')
  if (channel === auth.sub || channel === `alt:address:${auth.address}`) return auth
  if (!channel.startsWith('alt:')) resourceNumber(auth, 'cha', channel)
  throw new ApiError('forbidden', 'The token is for another channel.')
}
