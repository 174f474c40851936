import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'

/** The body of `PUT …/messages/{message_external_id}/status`. */
export interface ReportedFailure {
  externalConversationId: string
  externalId: string
  /** The channel's message for the teammate. */
  reason?: string | undefined
}

const unexplained = 'The channel reported that this message was not delivered. It gave no reason.'

/** An outbound message of this channel failed after it was accepted. A repeat changes nothing. Throws not_found, message_status_conflict. */
export async function reportFailure(
  { db, bus }: { db: Pick<Database, 'query'>; bus: Pick<Bus, 'eventsCommitted'> },
  { companyId, channelId }: ChannelAuth,
  { externalConversationId, externalId, reason }: ReportedFailure,
): Promise<void> {
  const [row] = await db.query<{ outcome: 'failed' | 'repeated' | 'early' | 'arrived' | 'no_message' }>(
    'receive_failure',
    'select receive_failure($1, $2, $3, $4, $5) as outcome',
    [companyId, channelId, externalConversationId, externalId, reason?.trim() || unexplained],
  )
  if (row?.outcome === 'no_message')
    throw new ApiError('not_found', 'This channel sent no such message in this conversation.')
  if (row?.outcome === 'arrived') throw new ApiError('message_status_conflict')
  if (row?.outcome === 'failed') bus.eventsCommitted(companyId)
}
