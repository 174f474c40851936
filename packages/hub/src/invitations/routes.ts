import { publicId } from '@portico/protocol'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { requireManagedInbox } from '../inboxes/policy.ts'
import { deleteInvitation, type InvitationRow, inviteTeammate, listInvitations, purposeOf } from './invitations.ts'
import { Invitation, IssuedInvitation, NewInvitation } from './schema.ts'

interface InvitationDeps {
  db: Database
  urls: Urls
}

const tags = ['Invitations']

/** Invitations (a Portico extension): a link that makes one teammate. */
export function invitationRoutes(app: App, { db, urls }: InvitationDeps): void {
  app.route({
    method: 'GET',
    url: '/invitations',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'list-invitations',
      summary: 'Invitations that wait',
      querystring: PageQuery,
      response: { 200: ListOf(Invitation) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      const rows = await listInvitations(db, companyId)
      return wholeList(
        urls,
        request,
        rows.map((row) => present(row, companyId)),
      )
    },
  })
  createRoute(app, { db, urls })
  app.route({
    method: 'DELETE',
    url: '/invitations/:invitation_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-invitation',
      summary: 'Take an invitation back',
      params: Type.Object({ invitation_id: Type.String() }),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      await deleteInvitation(db, principal.companyId, resourceNumber(principal, 'ivt', request.params.invitation_id))
      return reply.code(204).send()
    },
  })
}

function createRoute(app: App, { db, urls }: InvitationDeps): void {
  app.route({
    method: 'POST',
    url: '/invitations',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'create-invitation',
      summary: 'Invite a teammate by a link that works once, for seven days',
      description:
        'Who is a teammate already and forgot the password can be invited again: the link lets them choose a new one, for 15 minutes, and ends their sessions. An address has one link: a new one ends those before it.',
      body: NewInvitation,
      response: { 201: IssuedInvitation },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { email, is_admin = false, inbox_ids = [] } = request.body
      const inboxIds = []
      for (const id of inbox_ids) inboxIds.push(await requireManagedInbox(db, principal, id))
      const made = await inviteTeammate(db, actorOf(principal), { email, isAdmin: is_admin, inboxIds })
      return reply.code(201).send({
        id: publicId('ivt', principal.companyId, made.id),
        url: urls.of('app', 'invitation', made.token),
        expires_at: made.expiresAt.getTime() / 1000,
      })
    },
  })
}

function present(row: InvitationRow, companyId: number): Invitation {
  return {
    id: publicId('ivt', companyId, row.id),
    purpose: purposeOf(row),
    email: row.email,
    is_admin: row.is_admin,
    inbox_ids: row.inbox_ids.map((id) => publicId('inb', companyId, id)),
    created_at: row.created_at.getTime() / 1000,
    expires_at: row.expires_at.getTime() / 1000,
  }
}
