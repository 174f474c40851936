import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { findTeammateByIdOrAlias } from './queries.ts'
import { countAssigned, removeTeammate } from './remove.ts'

const tags = ['Teammates']
const Params = Type.Object({ teammate_id: Type.String({ description: 'tea_…, or alt:email:<address>' }) })
const Query = Type.Object({
  assign_to: Type.Optional(Type.String({ description: 'A teammate, or "nobody"; who gets what is assigned' })),
})

const TeammateContents = Type.Object({
  assigned_conversations: Type.Integer(),
  assigned_in_trash: Type.Integer({ description: 'Those of them in the trash or in spam: nobody gets them' }),
})

/** Removing a teammate, and what it would touch (a Portico extension). */
export function teammateRemovalRoutes(app: App, { db, bus }: { db: Database; bus: Bus }): void {
  app.route({
    method: 'GET',
    url: '/teammates/:teammate_id/deletion',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'get-teammate-deletion',
      summary: 'What becomes homeless when a teammate is removed',
      params: Params,
      response: { 200: TeammateContents },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const id = await requireLive(db, principal, request.params.teammate_id)
      const { all, thrownAway } = await countAssigned(db, principal.companyId, id)
      return { assigned_conversations: all, assigned_in_trash: thrownAway }
    },
  })
  app.route({
    method: 'DELETE',
    url: '/teammates/:teammate_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'remove-teammate',
      summary: 'Remove a teammate',
      description:
        'Their sign-in, sessions, drafts, links and API tokens end; their name stays on what they wrote. While ' +
        'conversations are assigned to them, assign_to says who gets those. One admin always stays.',
      params: Params,
      querystring: Query,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const id = await requireLive(db, principal, request.params.teammate_id)
      const heir = await heirOf(db, principal, id, request.query.assign_to)
      await removeTeammate({ db, bus }, actorOf(principal), id, heir)
      return reply.code(204).send()
    },
  })
}

async function requireLive(db: Database, principal: Principal, text: string): Promise<number> {
  const row = await findTeammateByIdOrAlias(db, principal, text)
  if (!row || row.is_removed) throw new ApiError('not_found')
  return row.id
}

async function heirOf(db: Database, principal: Principal, id: number, text: string | undefined) {
  if (text === undefined) return undefined
  if (text === 'nobody') return null
  const heir = await findTeammateByIdOrAlias(db, principal, text)
  if (heir && heir.id !== id && !heir.is_blocked) return heir.id
  throw new ApiError('invalid_query', undefined, ['query.assign_to: is not another teammate who can be assigned'])
}
