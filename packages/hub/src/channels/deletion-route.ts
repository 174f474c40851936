import { Type } from 'typebox'
import { sqlList, waitingStates } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireLiveChannel } from './access.ts'

interface ChannelContents {
  waiting_messages: number
  conversations: number
}

/** What the deletion of a channel would touch (a Portico extension). */
export function channelDeletionRoute(app: App, { db }: { db: Database }): void {
  app.route({
    method: 'GET',
    url: '/channels/:channel_id/deletion',
    config: { access: ['admin'] },
    schema: {
      tags: ['Channels'],
      operationId: 'get-channel-deletion',
      summary: 'How many messages are cancelled, and how many conversations stay, when a channel is deleted',
      params: Type.Object({ channel_id: Type.String({ description: 'cha_…, or alt:address:<address>' }) }),
      response: { 200: Type.Object({ waiting_messages: Type.Integer(), conversations: Type.Integer() }) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id, inbox_id } = await requireLiveChannel(db, principal, request.params.channel_id)
      return countContents(db, principal.companyId, id, inbox_id)
    },
  })
}

async function countContents(db: Database, companyId: number, id: number, inboxId: number): Promise<ChannelContents> {
  const [row] = await db.query<ChannelContents>(
    'count_channel_contents',
    `select (select count(*) from deliveries d
         where d.company_id = $1 and d.channel_id = $2 and d.state in (${sqlList(waitingStates)}))::integer as waiting_messages,
       (select count(*) from conversations c
         where c.company_id = $1 and c.channel_id = $2 and c.inbox_id = $3)::integer as conversations`,
    [companyId, id, inboxId],
  )
  return row ?? { waiting_messages: 0, conversations: 0 }
}
