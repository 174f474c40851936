import { publicId } from '@portico/protocol'
import { type Static, Type } from 'typebox'
import type { Database, Reader } from '../db/database.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'

const Kind = Type.Enum(['authorization_ended', 'failing', 'offline', 'backlog'], {
  description:
    'authorization_ended: nothing is sent until an admin authorizes it again. failing: its circuit breaker has opened. offline: its ' +
    'server says so. backlog: messages have been waiting for more than 15 minutes',
})

const ChannelTrouble = Type.Object({
  channel_id: Type.String(),
  channel_name: Type.String(),
  kind: Kind,
  since: Type.Union([Type.Number(), Type.Null()], {
    description: 'Of a backlog since when its oldest message has been waiting; null where it is not known. Seconds',
  }),
  reason: Type.Union([Type.String(), Type.Null()], {
    description: "Of `failing` the last error, in the server's words",
  }),
})
type ChannelTrouble = Static<typeof ChannelTrouble>

interface TroubleRow {
  channel_id: number
  channel_name: string
  kind: ChannelTrouble['kind']
  since: Date | null
  reason: string | null
}

export function channelTroublesRoute(app: App, { db, urls }: { db: Database; urls: Urls }): void {
  app.route({
    method: 'GET',
    url: '/channel_troubles',
    config: { access: ['admin'] },
    schema: {
      tags: ['Channel health'],
      operationId: 'list-channel-troubles',
      summary: 'The channels that an admin has to look at, each with the worst that it has',
      description: 'Of the inboxes the caller has. A channel that an admin has paused is not among them.',
      querystring: PageQuery,
      response: { 200: ListOf(ChannelTrouble) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const rows = await listTroubles(db, companyId, await visibleInboxIds(db, principal))
      return wholeList(
        urls,
        request,
        rows.map((row) => troubleOf(row, companyId)),
      )
    },
  })
}

function troubleOf(row: TroubleRow, companyId: number): ChannelTrouble {
  return {
    channel_id: publicId('cha', companyId, row.channel_id),
    channel_name: row.channel_name,
    kind: row.kind,
    since: row.since && row.since.getTime() / 1000,
    reason: row.reason,
  }
}

/** The oldest message that waits in a channel is the next one of its conversation. */
function listTroubles(db: Reader, companyId: number, inboxIds: number[]): Promise<TroubleRow[]> {
  return db.query<TroubleRow>(
    'list_channel_troubles',
    `select c.id as channel_id, c.name as channel_name, x.kind, x.since, x.reason
     from channels c
     join channel_delivery_states l on l.company_id = c.company_id and l.channel_id = c.id
     left join oauth_grants g on g.company_id = c.company_id and g.id = c.oauth_grant_id
     left join lateral (
       select m.created_at from outbox o join messages m on m.company_id = o.company_id and m.id = o.message_id
       where o.company_id = c.company_id and o.channel_id = c.id and o.is_next order by o.message_id limit 1) oldest on true
     cross join lateral (
       select t.* from (values
         (1, 'authorization_ended', g.ended_at, null::text, g.ended_at is not null),
         (2, 'failing', l.failing_since, l.last_error, l.open_until is not null),
         (3, 'offline', null, null, c.status = 'offline'),
         (4, 'backlog', oldest.created_at, null, oldest.created_at < now() - interval '15 minutes')
       ) t(rank, kind, since, reason, is_so) where t.is_so order by t.rank limit 1) x
     where c.company_id = $1 and c.inbox_id = any($2::bigint[]) and c.deleted_at is null and l.stopped_at is null
     order by x.rank, lower(c.name), c.id`,
    [companyId, inboxIds],
  )
}
