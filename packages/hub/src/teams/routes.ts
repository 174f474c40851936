import { Type } from 'typebox'
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
import { teamPreview } from './present.ts'
import { listTeams, type TeamRow } from './queries.ts'
import { Team, TeamPreview } from './schema.ts'

interface TeamDeps {
  db: Database
  urls: Urls
}

const tags = ['Teams']
export const TeamParams = Type.Object({ team_id: Type.String() })

/** Front's teams. Every teammate is a member of each: a company has one so far. */
export function teamRoutes(app: App, { db, urls }: TeamDeps): void {
  app.route({
    method: 'GET',
    url: '/teams',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-teams',
      summary: 'The teams of the company',
      querystring: PageQuery,
      response: { 200: ListOf(TeamPreview) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      const teams = await listTeams(db, companyId)
      return wholeList(
        urls,
        request,
        teams.map((team) => teamPreview(team, companyId, urls)),
      )
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
      params: TeamParams,
      response: { 200: Team },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const team = await requireTeam(db, principal, request.params.team_id)
      return teamResource({ db, urls }, principal, team)
    },
  })
}

/** Throws not_found. */
export async function requireTeam(db: Database, principal: Principal, text: string): Promise<TeamRow> {
  const number = resourceNumber(principal, 'tim', text)
  const team = (await listTeams(db, principal.companyId)).find(({ id }) => id === number)
  if (!team) throw new ApiError('not_found')
  return team
}

async function teamResource({ db, urls }: TeamDeps, principal: Principal, team: TeamRow): Promise<Team> {
  const { companyId } = principal
  const inboxes = await findInboxes(db, companyId, await visibleInboxIds(db, principal))
  const members = await listTeammates(db, companyId)
  return {
    ...teamPreview(team, companyId, urls),
    inboxes: inboxes.filter(({ team_id }) => team_id === team.id).map((row) => inboxResource(row, companyId, urls)),
    members: members.map((row) => teammateResource(row, companyId, urls)),
  }
}
