import { requireCapability } from '../channels/capability.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'

interface ReportedReceipt {
  externalConversationId: string
  externalId: string
  status: 'delivered' | 'read'
  /** Also of the messages before it in its conversation. */
  andEarlier: boolean
  at: Date
}

/** An outbound message of this channel was delivered or read. Throws capability_off, not_found, message_status_conflict. */
export async function reportReceipt(
  { db, bus }: { db: Pick<Database, 'query'>; bus: Pick<Bus, 'eventsCommitted'> },
  { companyId, channelId }: ChannelAuth,
  { externalConversationId, externalId, status, andEarlier, at }: ReportedReceipt,
): Promise<void> {
  const [row] = await db.query<{
    outcome: 'moved' | 'repeated' | 'early' | 'failed' | 'capability_off' | 'no_message'
  }>('receive_receipt', 'select receive_receipt($1, $2, $3, $4, $5, $6, $7) as outcome', [
    companyId,
    channelId,
    externalConversationId,
    externalId,
    status,
    andEarlier,
    at,
  ])
  switch (row?.outcome) {
    case 'capability_off':
      return requireCapability({ capabilities: [] }, 'receipts')
    case 'no_message':
      throw new ApiError('not_found', 'This channel sent no such message in this conversation.')
    case 'failed':
      throw new ApiError('message_status_conflict')
    case 'moved':
      bus.eventsCommitted(companyId)
  }
}
