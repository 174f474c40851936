import type { Database } from '../db/database.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { type InboxRow, inboxResource } from '../inboxes/present.ts'
import { findInboxes } from '../inboxes/queries.ts'
import { type InboxDeps, makeInbox } from '../inboxes/routes.ts'
import { Inbox, NewInbox } from '../inboxes/schema.ts'
import { requireTeam, TeamParams } from './routes.ts'

const tags = ['Teams']

export function teamInboxesRoutes(app: App, deps: InboxDeps): void {
  inboxesRoute(app, deps)
  createInboxRoute(app, deps)
}

function inboxesRoute(app: App, { db, urls }: InboxDeps): void {
  app.route({
    method: 'GET',
    url: '/teams/:team_id/inboxes',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-team-inboxes',
      summary: 'The inboxes of a team that the caller has',
      params: TeamParams,
      querystring: PageQuery,
      response: { 200: ListOf(Inbox) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const rows = await inboxesOf(db, principal, request.params.team_id)
      return wholeList(
        urls,
        request,
        rows.map((row) => inboxResource(row, principal.companyId, urls)),
      )
    },
  })
}

function createInboxRoute(app: App, deps: InboxDeps): void {
  app.route({
    method: 'POST',
    url: '/teams/:team_id/inboxes',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'create-team-inbox',
      summary: 'Make an inbox of a team',
      description: 'Who makes an inbox that is not public has it too.',
      params: TeamParams,
      body: NewInbox,
      response: { 201: Inbox },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      await requireTeam(deps.db, principal, request.params.team_id)
      return reply.code(201).send(await makeInbox(deps, principal, request.body))
    },
  })
}

/** Those that the caller has. Throws not_found. */
export async function inboxesOf(db: Database, principal: Principal, teamId: string): Promise<InboxRow[]> {
  const team = await requireTeam(db, principal, teamId)
  const rows = await findInboxes(db, principal.companyId, await visibleInboxIds(db, principal))
  return rows.filter(({ team_id }) => team_id === team.id)
}
