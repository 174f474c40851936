import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { aliasTaken, checkFields, trimmed, windowWithoutTemplates } from './check.ts'
import { type ChannelTypeDeps, oauthColumns, pick } from './create.ts'
import { requireChannelType } from './queries.ts'
import type { ChannelTypeChange } from './schema.ts'

type ChangeOutcome = 'changed' | 'unchanged' | 'no_channel_type' | 'alias_taken' | 'window_without_templates' | 'in_use'

/**
 * Changes a channel type; absent fields stay. Its channels keep the webhook URL their server gave. Throws not_found,
 * channel_type_in_use, url_not_allowed, blocked_address, loop, invalid_body.
 */
export async function updateChannelType(
  { db, bus, allow, sealer }: ChannelTypeDeps,
  actor: Actor,
  uid: string,
  change: ChannelTypeChange,
): Promise<void> {
  const type = await requireChannelType(db, actor.companyId, uid)
  checkFields(change, allow, type)
  const [row] = await db.query<{ outcome: ChangeOutcome }>(
    'update_channel_type',
    'select update_channel_type($1) as outcome',
    [
      JSON.stringify({
        company: actor.companyId,
        channel_type: type.id,
        fields: {
          ...trimmed(pick(change)),
          ...oauthColumns(change, { companyId: actor.companyId, typeId: type.id, sealer, allow }),
        },
        actor: actor.kind,
        actor_id: actor.id,
      }),
    ],
  )
  switch (row?.outcome) {
    case 'changed':
      return bus.eventsCommitted(actor.companyId)
    case 'unchanged':
      return
    case 'alias_taken':
      throw aliasTaken()
    case 'window_without_templates':
      throw windowWithoutTemplates()
    case 'in_use':
      throw new ApiError(
        'channel_type_in_use',
        'This type has channels, and their credentials and contacts depend on it. Delete its channels first, or register another type.',
        [
          'body.auth_type, body.contact_type, body.oauth2.grant, body.oauth2.credentials_mode: cannot change while the type has channels',
        ],
      )
    default:
      throw new ApiError('not_found')
  }
}

/** Deletes a channel type that has no channels (any more). Throws not_found, channel_type_in_use. */
export async function deleteChannelType(
  { db, bus }: { db: Pick<Database, 'query'>; bus: Pick<Bus, 'eventsCommitted'> },
  actor: Actor,
  uid: string,
): Promise<void> {
  const type = await requireChannelType(db, actor.companyId, uid)
  const [row] = await db.query<{ outcome: 'deleted' | 'no_channel_type' | 'in_use' }>(
    'delete_channel_type',
    'select delete_channel_type($1, $2, $3, $4) as outcome',
    [actor.companyId, type.id, actor.kind, actor.id],
  )
  if (row?.outcome === 'in_use') {
    throw new ApiError('channel_type_in_use', `Channels of the type "${type.name}" still exist. Delete them first.`)
  }
  if (row?.outcome !== 'deleted') throw new ApiError('not_found')
  bus.eventsCommitted(actor.companyId)
}
