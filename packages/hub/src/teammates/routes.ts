import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { teammateWithPicture } from './present.ts'
import { listTeammates, requireTeammateRow } from './queries.ts'
import { Teammate, TeammateChange } from './schema.ts'
import { updateTeammate } from './update.ts'

interface TeammateDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const tags = ['Teammates']
export const TeammateParams = Type.Object({
  teammate_id: Type.String({ description: 'tea_…, or alt:email:<address>' }),
})

export function teammateRoutes(app: App, deps: TeammateDeps): void {
  readRoutes(app, deps)
  changeRoute(app, deps)
}

function readRoutes(app: App, { db, urls }: TeammateDeps): void {
  app.route({
    method: 'GET',
    url: '/teammates',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-teammates',
      summary: 'Everybody in the company',
      querystring: PageQuery,
      response: { 200: ListOf(Teammate) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      const rows = await listTeammates(db, companyId)
      return wholeList(
        urls,
        request,
        rows.map((row) => teammateWithPicture(row, companyId, urls)),
      )
    },
  })
  app.route({
    method: 'GET',
    url: '/teammates/:teammate_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-teammate',
      summary: 'One teammate',
      params: TeammateParams,
      response: { 200: Teammate },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const row = await requireTeammateRow(db, principal, request.params.teammate_id)
      return teammateWithPicture(row, principal.companyId, urls)
    },
  })
}

function changeRoute(app: App, { db, bus }: TeammateDeps): void {
  app.route({
    method: 'PATCH',
    url: '/teammates/:teammate_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'update-teammate',
      summary: 'Change a teammate',
      description:
        'Portico extension: is_admin, is_blocked. A blocked teammate is signed out everywhere. One admin always stays.',
      params: TeammateParams,
      body: TeammateChange,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireTeammateRow(db, principal, request.params.teammate_id)
      const { username, first_name, last_name, is_available, is_admin, is_blocked } = request.body
      await updateTeammate(db, bus, actorOf(principal), id, {
        username,
        firstName: first_name,
        lastName: last_name,
        isAvailable: is_available,
        isAdmin: is_admin,
        isBlocked: is_blocked,
      })
      return reply.code(204).send()
    },
  })
}
