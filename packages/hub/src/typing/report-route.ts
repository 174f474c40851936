import type { Capability } from '@portico/protocol'
import { TypingReport } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { requireChannelAuth } from '../channels/access.ts'
import { requireCapability } from '../channels/capability.ts'
import { normaliseHandle } from '../contacts/handle.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { ReportLimit, TypingThrottle } from './throttle.ts'

const MAX_REPORTS_PER_SECOND = 100
const PUBLISH_EVERY_MS = 1_000
/** What the browsers get of a handle and a name: a notification is short. */
const MAX_HANDLE = 200
const MAX_NAME = 100

interface ReportDeps {
  db: Database
  bus: Pick<Bus, 'customerTyping'>
}

/** A channel says that a customer writes. It is told to the browsers, and stored nowhere. */
export function typingReportRoute(app: App, { db, bus }: ReportDeps): void {
  const limit = new ReportLimit(MAX_REPORTS_PER_SECOND)
  const throttle = new TypingThrottle(PUBLISH_EVERY_MS)
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/typing',
    config: { access: ['channel'] },
    schema: {
      tags: ['Channel API'],
      operationId: 'report-typing',
      summary: 'A customer writes, or stopped; it holds for 6 seconds',
      params: Type.Object({ channel_id: Type.String() }),
      body: TypingReport,
      response: { 202: Type.Object({ status: Type.Literal('accepted') }) },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      if (!limit.take(auth.sub)) throw tooManyReports()
      const { sender, is_typing: isTyping, metadata } = request.body
      const conversationId = await conversationOf(db, auth, metadata.external_conversation_id)
      const handle = normaliseHandle(auth.contactType, sender.handle).slice(0, MAX_HANDLE)
      if (throttle.isNews(`${auth.companyId} ${conversationId} ${handle}`, handle, isTyping)) {
        const name = sender.name?.trim().slice(0, MAX_NAME) ?? ''
        bus.customerTyping({ companyId: auth.companyId, conversationId, isTyping, handle, name })
      }
      return reply.code(202).send({ status: 'accepted' })
    },
  })
}

function tooManyReports(): ApiError {
  const error = new ApiError(
    'rate_limited',
    'The channel reports typing too often. Leave these reports out for a second.',
  )
  error.retryAfter = 1
  return error
}

/** Throws capability_off, by the type as it is now, and not_found. */
async function conversationOf(
  db: Database,
  { companyId, channelId }: ChannelAuth,
  externalId: string,
): Promise<number> {
  const [row] = await db.query<{ capabilities: Capability[]; conversation_id: number | null }>(
    'find_typing_conversation',
    `select t.capabilities, e.conversation_id from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     left join conversation_external_ids e on e.company_id = c.company_id and e.channel_id = c.id and e.external_id = $3
     where c.company_id = $1 and c.id = $2 and c.deleted_at is null`,
    [companyId, channelId, externalId],
  )
  requireCapability(row ?? { capabilities: [] }, 'typing')
  if (!row?.conversation_id) throw new ApiError('not_found', 'This channel has no such conversation.')
  return row.conversation_id
}
