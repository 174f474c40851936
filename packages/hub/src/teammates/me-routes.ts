import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { requireTeammate, type TeammatePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { teammateWithPicture } from './present.ts'
import { findPreferences, findTeammates } from './queries.ts'
import { Me, OwnChange } from './schema.ts'
import { updateTeammate } from './update.ts'

interface MeDeps {
  db: Database
  bus: Bus
  urls: Urls
  /** Moves the end of the caller's session on. The app reads GET /me/teammate each time it is opened. */
  refreshSession(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

const tags = ['Teammates']

/** GET and PATCH /me/teammate: the teammate who is signed in (a Portico extension). */
export function meRoutes(app: App, { db, bus, urls, refreshSession }: MeDeps): void {
  app.route({
    method: 'GET',
    url: '/me/teammate',
    config: { access: ['teammate'] },
    schema: { tags, operationId: 'get-me', summary: 'The teammate who is signed in', response: { 200: Me } },
    handler: async (request, reply) => {
      const principal = requireTeammate(request)
      await refreshSession(request, reply)
      return present(db, urls, principal)
    },
  })
  app.route({
    method: 'PATCH',
    url: '/me/teammate',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'update-me',
      summary: 'Change name, availability or preferences of oneself',
      body: OwnChange,
      response: { 200: Me },
    },
    handler: async (request) => {
      const principal = requireTeammate(request)
      const { username, first_name, last_name, is_available, preferences } = request.body
      await updateTeammate(db, bus, actorOf(principal), principal.teammateId, {
        username,
        firstName: first_name,
        lastName: last_name,
        isAvailable: is_available,
        preferences: preferences && { enter_to_send: preferences.enter_to_send },
      })
      return present(db, urls, principal)
    },
  })
}

async function present(db: Database, urls: Urls, { companyId, teammateId }: TeammatePrincipal): Promise<Me> {
  const [row] = await findTeammates(db, companyId, [teammateId])
  if (!row) throw new ApiError('not_found')
  return {
    ...teammateWithPicture(row, companyId, urls),
    preferences: { enter_to_send: true, ...(await findPreferences(db, companyId, teammateId)) },
  }
}
