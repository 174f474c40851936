import { ListOf } from '../http/list-schema.ts'
import { SortedQuery } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireTeam, TeamParams } from '../teams/routes.ts'
import { tagResource } from './present.ts'
import { answerTags, type TagRouteDeps } from './routes.ts'
import { NewTag, Tag } from './schema.ts'
import { createTag } from './tags.ts'

const tags = ['Tags']

export function teamTagRoutes(app: App, deps: TagRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/teams/:team_id/tags',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-team-tags',
      summary: 'The tags of a team',
      params: TeamParams,
      querystring: SortedQuery,
      response: { 200: ListOf(Tag) },
    },
    handler: async (request) => {
      const { id } = await requireTeam(deps.db, requirePrincipal(request), request.params.team_id)
      return answerTags(deps, request, { teamId: id })
    },
  })
  app.route({
    method: 'POST',
    url: '/teams/:team_id/tags',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'create-team-tag',
      summary: 'Make a tag of a team',
      params: TeamParams,
      body: NewTag,
      response: { 201: Tag },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireTeam(deps.db, principal, request.params.team_id)
      const row = await createTag(deps, principal, request.body, { teamId: id, parentId: null })
      return reply.code(201).send(tagResource(row, principal.companyId, deps.urls))
    },
  })
}
