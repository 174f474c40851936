import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireTeammateRow } from '../teammates/queries.ts'
import { TeammateParams } from '../teammates/routes.ts'
import { visibleInboxIds } from './policy.ts'
import { inboxResource } from './present.ts'
import { findInboxes } from './queries.ts'
import type { InboxDeps } from './routes.ts'
import { Inbox } from './schema.ts'

export function teammateInboxesRoute(app: App, { db, urls }: InboxDeps): void {
  app.route({
    method: 'GET',
    url: '/teammates/:teammate_id/inboxes',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Teammates'],
      operationId: 'list-teammate-inboxes',
      summary: 'The inboxes a teammate has, as far as the caller has them too',
      params: TeammateParams,
      querystring: PageQuery,
      response: { 200: ListOf(Inbox) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id, is_admin } = await requireTeammateRow(db, principal, request.params.teammate_id)
      const theirs = await visibleInboxIds(db, { kind: 'teammate', companyId, teammateId: id, isAdmin: is_admin })
      const mine = new Set(await visibleInboxIds(db, principal))
      const rows = await findInboxes(
        db,
        companyId,
        theirs.filter((inbox) => mine.has(inbox)),
      )
      return wholeList(
        urls,
        request,
        rows.map((row) => inboxResource(row, companyId, urls)),
      )
    },
  })
}
