import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

export const deliveryVerbs = ['retry', 'send_again', 'try_now', 'cancel', 'mark_as_sent', 'dismiss'] as const

export type DeliveryVerb = (typeof deliveryVerbs)[number]

interface DeliveryKey {
  messageId: number
  channelId: number
}

/** Applies a person's decision about a delivery. Throws not_found, channel_deleted, delivery_not_in_state, not_the_author. */
export async function changeDelivery(
  db: Pick<Database, 'query'>,
  bus: Bus,
  actor: Actor,
  { messageId, channelId }: DeliveryKey,
  verb: DeliveryVerb,
): Promise<void> {
  const [row] = await db.query<{ outcome: string }>(
    'change_delivery',
    'select change_delivery($1, $2, $3, $4, $5) as outcome',
    [actor.companyId, messageId, verb, actor.kind, actor.id],
  )
  if (row?.outcome === 'no_delivery')
    throw new ApiError('not_found', 'This message has no delivery: it was not sent through the hub.')
  if (row?.outcome === 'channel_deleted') throw new ApiError('channel_deleted')
  if (row?.outcome === 'not_the_author') throw new ApiError('not_the_author')
  if (row?.outcome === 'not_in_state') throw new ApiError('delivery_not_in_state')
  bus.eventsCommitted(actor.companyId)
  bus.deliveriesCreated(actor.companyId, [channelId])
}
