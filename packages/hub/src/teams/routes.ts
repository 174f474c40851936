import { Type } from 'typebox'
import { findCompany } from '../companies/queries.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { inboxResource } from '../inboxes/present.ts'
import { findInboxes } from '../inboxes/queries.ts'
import { teammateResource } from '../teammates/present.ts'
import { listTeammates } from '../teammates/queries.ts'
import { isTeam, teamPreview } from './present.ts'
import { Team, TeamPreview } from './schema.ts'

interface TeamDeps {
  db: Database
  urls: Urls
}

const tags = ['Teams']

/** Front's teams, of which a company has one so far. */
export function teamRoutes(app: App, { db, urls }: TeamDeps): void {
  app.route({
    method: 'GET',
    url: '/teams',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-teams',
      summary: 'The teams of the company: one',
      querystring: PageQuery,
      response: { 200: ListOf(TeamPreview) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      return wholeList(urls, request, [teamPreview(await nameOf(db, companyId), companyId, urls)])
    },
  })
  app.route({
    method: 'GET',
    url: '/teams/:team_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-team',
      summary: 'A team with its members and those of its inboxes that the caller has',
      params: Type.Object({ team_id: Type.String() }),
      response: { 200: Team },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      if (!isTeam(resourceNumber(principal, 'tim', request.params.team_id))) throw new ApiError('not_found')
      return teamOf({ db, urls }, principal)
    },
  })
}

async function teamOf({ db, urls }: TeamDeps, principal: Principal): Promise<Team> {
  const { companyId } = principal
  const inboxes = await findInboxes(db, companyId, await visibleInboxIds(db, principal))
  const members = await listTeammates(db, companyId)
  return {
    ...teamPreview(await nameOf(db, companyId), companyId, urls),
    inboxes: inboxes.map((row) => inboxResource(row, companyId, urls)),
    members: members.map((row) => teammateResource(row, companyId, urls)),
  }
}

async function nameOf(db: Database, companyId: number): Promise<string> {
  const company = await findCompany(db, companyId)
  if (!company) throw new ApiError('not_found')
  return company.name
}
