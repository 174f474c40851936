import { Type } from 'typebox'
import { actorOf } from '../events/actor.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { teammateResource } from '../teammates/present.ts'
import { listInboxTeammates, requireTeammateNumbers } from '../teammates/queries.ts'
import { Teammate } from '../teammates/schema.ts'
import { requireInbox, requireManagedInbox } from './policy.ts'
import type { InboxDeps } from './routes.ts'
import { TeammateIds } from './schema.ts'
import { grantInbox, revokeInbox } from './update.ts'

const tags = ['Inboxes']
const url = '/inboxes/:inbox_id/teammates'
const Params = Type.Object({ inbox_id: Type.String() })

/** Routes of the access to an inbox: list, grant, revoke. */
export function inboxAccessRoutes(app: App, deps: InboxDeps): void {
  const { db, urls } = deps
  app.route({
    method: 'GET',
    url,
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-inbox-access',
      summary: 'The teammates who have an inbox',
      params: Params,
      querystring: PageQuery,
      response: { 200: ListOf(Teammate) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const inbox = await requireInbox(db, principal, request.params.inbox_id)
      const rows = await listInboxTeammates(db, principal.companyId, inbox.id)
      return wholeList(
        urls,
        request,
        rows.map((row) => teammateResource(row, principal.companyId, urls)),
      )
    },
  })
  shareRoute(app, deps, 'POST', 'add-inbox-access', 'Give teammates an inbox', grantInbox)
  shareRoute(
    app,
    deps,
    'DELETE',
    'removes-inbox-access',
    'Take an inbox from teammates, and unassign its conversations from them',
    revokeInbox,
  )
}

function shareRoute(
  app: App,
  { db, bus }: InboxDeps,
  method: 'POST' | 'DELETE',
  operationId: string,
  summary: string,
  change: typeof grantInbox,
): void {
  app.route({
    method,
    url,
    config: { access: ['admin'] },
    schema: { tags, operationId, summary, params: Params, body: TeammateIds },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const inboxId = await requireManagedInbox(db, principal, request.params.inbox_id)
      const teammateIds = await requireTeammateNumbers(db, principal, request.body.teammate_ids)
      await change(db, bus, actorOf(principal), inboxId, teammateIds)
      return reply.code(204).send()
    },
  })
}
