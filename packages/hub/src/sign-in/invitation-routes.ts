import { Type } from 'typebox'
import { refuseForeignPage } from '../http/authenticate.ts'
import type { App } from '../http/route.ts'
import { acceptInvitation, findInvitation, purposeOf } from '../invitations/invitations.ts'
import { takeAttempt } from './attempts.ts'
import type { SignInDeps } from './routes.ts'
import { NewPerson, OpenInvitation } from './schema.ts'
import { signInTeammate } from './sessions.ts'

const tags = ['Invitations']
const Params = Type.Object({ token: Type.String() })

/** The routes of an invitation's link (a Portico extension). */
export function openInvitationRoutes(app: App, { db, bus, urls, auth }: SignInDeps): void {
  app.route({
    method: 'GET',
    url: '/invitations/by_token/:token',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'get-invitation-by-token',
      summary: 'What an invitation says',
      params: Params,
      response: { 200: OpenInvitation },
    },
    handler: async (request) => {
      const invitation = await findInvitation(db, request.params.token)
      const { company_name, email, is_admin, expires_at } = invitation
      return {
        ...{ company_name, purpose: purposeOf(invitation), email, is_admin },
        expires_at: expires_at.getTime() / 1000,
      }
    },
  })
  app.route({
    method: 'POST',
    url: '/invitations/by_token/:token/accept',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'accept-invitation',
      summary: 'Become a teammate, or choose a new password, and be signed in; once',
      description: 'first_name is required to join; for a new password the names stay as they are.',
      params: Params,
      body: NewPerson,
    },
    handler: async (request, reply) => {
      refuseForeignPage(request, urls)
      await takeAttempt(db, `invitation ${request.params.token}`, request.callerAddress)
      const { first_name, last_name, password } = request.body
      const person = { firstName: first_name, lastName: last_name, password }
      const who = await acceptInvitation(db, bus, request.params.token, person)
      await signInTeammate(auth, db, request, reply, who)
      return reply.code(204).send()
    },
  })
}
