import { publicId } from '@portico/protocol'
import { Type } from 'typebox'
import { requireConversationNumber } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { callResource } from './present.ts'
import { type CallRow, findCallOfLeg, findTranscripts } from './queries.ts'
import { Call, Transcript } from './schema.ts'

interface CallRouteDeps {
  db: Database
  urls: Urls
}

const tags = ['Calls']
const Params = Type.Object({ call_id: Type.String() })

export function callRoutes(app: App, { db, urls }: CallRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/calls/:call_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-call',
      summary: 'One call, with all its legs, by the id of any of them (ours)',
      params: Params,
      response: { 200: Call },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const call = await requireCall(db, principal, request.params.call_id)
      return callResource(call, principal.companyId, urls)
    },
  })
  app.route({
    method: 'GET',
    url: '/calls/:call_id/transcript',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-call-transcript',
      summary: 'What was said in a call, leg by leg (ours)',
      params: Params,
      response: { 200: Transcript },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const call = await requireCall(db, principal, request.params.call_id)
      const transcripts = await findTranscripts(db, companyId, call.id)
      return {
        lines: transcripts.flatMap(({ call_id, lines }) =>
          lines.map((line) => ({ leg_id: publicId('cal', companyId, call_id), ...line })),
        ),
      }
    },
  })
}

/** Whether a caller may play the recordings of a call's leg. A channel does not get them back. */
export function mayReadCall({ db }: { db: Database }) {
  return async (principal: Principal, legId: number): Promise<boolean> => {
    const call = principal.kind === 'channel' ? undefined : await findCallOfLeg(db, principal.companyId, legId)
    if (!call) return false
    return requireConversationNumber(db, principal, call.conversation_id).then(
      () => true,
      (error) => {
        if (error instanceof ApiError && error.code === 'not_found') return false
        throw error
      },
    )
  }
}

/** The call of a public id, when the caller may see its conversation. Throws not_found. */
async function requireCall(db: Database, principal: Principal, text: string): Promise<CallRow> {
  const call = await findCallOfLeg(db, principal.companyId, resourceNumber(principal, 'cal', text))
  if (!call) throw new ApiError('not_found')
  await requireConversationNumber(db, principal, call.conversation_id)
  return call
}
