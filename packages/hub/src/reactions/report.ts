import type { ReportedReactions as Report } from '@portico/protocol'
import { visibleName } from '@portico/protocol/visible'
import { capabilityOff } from '../channels/capability.ts'
import { normaliseHandle } from '../contacts/handle.ts'
import { MOST_REACTIONS, MOST_REACTIONS_OF_ONE } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'
import { emojiOf } from './emoji.ts'

interface ReportDeps {
  db: Pick<Database, 'query'>
  bus: Pick<Bus, 'eventsCommitted'>
}

/** What report_reactions (reactions.sql) takes. */
interface ReportedReactions {
  /** Absent: the company's own app. */
  handle: string | undefined
  name: string | undefined
  emojis: string[]
  occurred_at: number | undefined
}

interface ReportedMessage {
  externalConversationId: string
  externalId: string
}

type Outcome = 'changed' | 'unchanged' | 'no_channel' | 'capability_off' | 'no_message' | 'too_many'

/** Stores all that one person has on a message of this channel. A repeat changes nothing. Throws capability_off, not_found, invalid_body. */
export async function reportReactions(
  { db, bus }: ReportDeps,
  { companyId, channelId, contactType }: ChannelAuth,
  { externalConversationId, externalId }: ReportedMessage,
  { sender, emojis, occurred_at }: Report,
): Promise<void> {
  const reported: ReportedReactions = {
    handle: sender ? normaliseHandle(contactType, sender.handle) : undefined,
    name: visibleName(sender?.name),
    emojis: [...new Set(emojis.map(requireEmoji))],
    occurred_at: timeOf(occurred_at),
  }
  const [row] = await db.query<{ outcome: Outcome }>(
    'report_reactions',
    'select report_reactions($1, $2, $3, $4, $5) as outcome',
    [companyId, channelId, externalConversationId, externalId, JSON.stringify(reported)],
  )
  const refusal = refusals[row?.outcome ?? '']
  if (refusal) throw refusal()
  if (row?.outcome === 'changed') bus.eventsCommitted(companyId)
}

function requireEmoji(text: string, index: number): string {
  const emoji = emojiOf(text)
  if (emoji !== null) return emoji
  throw new ApiError('invalid_body', undefined, [
    `body.emojis.${index}: is not one emoji; leave out what is a picture of the channel's own`,
  ])
}

const refusals: Record<string, () => Error> = {
  no_channel: () => new ApiError('invalid_token'),
  capability_off: () => capabilityOff('reactions'),
  no_message: () => new ApiError('not_found', 'This channel has no such message in this conversation.'),
  too_many: () => tooMany(),
}

export const tooMany = () =>
  new ApiError(
    'invalid_body',
    `A message has at most ${MOST_REACTIONS} reactions, and ${MOST_REACTIONS_OF_ONE} of one person.`,
  )

const DAY = 86_400

function timeOf(seconds: number | null | undefined): number | undefined {
  if (seconds && seconds > Date.now() / 1_000 + DAY) {
    throw new ApiError('invalid_body', undefined, ['body.occurred_at: is more than a day ahead; it counts seconds'])
  }
  return seconds ?? undefined
}
