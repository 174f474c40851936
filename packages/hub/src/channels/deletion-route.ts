import { type Static, Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireLiveChannel } from './access.ts'

const ChannelContents = Type.Object({
  waiting_messages: Type.Integer({ description: 'They are cancelled' }),
  conversations: Type.Integer({ description: 'They stay; in whatever inbox they are' }),
  conversations_elsewhere: Type.Integer({ description: 'Those of them that are in another inbox than the channel' }),
  tells_server: Type.Boolean({ description: 'Its server is told, as its type wants it' }),
})
type ChannelContents = Static<typeof ChannelContents>

/** Counts what the deletion of a channel would affect (a Portico extension). */
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
      response: { 200: ChannelContents },
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
    `select (select count(*) from outbox o
         where o.company_id = $1 and o.channel_id = $2 and not is_sending($1, o.message_id))::integer as waiting_messages,
       x.conversations, x.conversations_elsewhere,
       (select t.wants_delete from channels h
         join channel_types t on t.company_id = h.company_id and t.id = h.channel_type_id
         where h.company_id = $1 and h.id = $2) as tells_server
     from (select count(*)::integer as conversations,
         (count(*) filter (where c.inbox_id <> $3))::integer as conversations_elsewhere
       from conversations c where c.company_id = $1 and c.channel_id = $2) x`,
    [companyId, id, inboxId],
  )
  if (!row) throw new ApiError('not_found')
  return row
}
