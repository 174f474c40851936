import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { isAdmin, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { InboxDeps } from '../inboxes/routes.ts'
import { inboxesOf } from '../teams/inboxes-routes.ts'
import { TeamParams } from '../teams/routes.ts'
import { channelResource } from './present.ts'
import { listChannels } from './queries.ts'
import { Channel } from './schema.ts'

export function teamChannelsRoute(app: App, { db, urls }: InboxDeps): void {
  app.route({
    method: 'GET',
    url: '/teams/:team_id/channels',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Teams'],
      operationId: 'list-team-channels',
      summary: 'The channels of those inboxes of a team that the caller has',
      params: TeamParams,
      querystring: PageQuery,
      response: { 200: ListOf(Channel) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const inboxes = await inboxesOf(db, principal, request.params.team_id)
      const rows = await listChannels(
        db,
        principal.companyId,
        inboxes.map(({ id }) => id),
      )
      const view = { showsWebhook: isAdmin(principal) }
      return wholeList(
        urls,
        request,
        rows.map((row) => channelResource(row, principal.companyId, urls, view)),
      )
    },
  })
}
