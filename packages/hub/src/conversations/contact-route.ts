import { Type } from 'typebox'
import { requireContact } from '../contacts/routes.ts'
import { ListOf } from '../http/list-schema.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { type ConversationListDeps, listNamedConversations } from './list-routes.ts'
import { conversationSchema, NamedListQuery } from './schema.ts'

export function contactConversationsRoute(app: App, deps: ConversationListDeps): void {
  app.route({
    method: 'GET',
    url: '/contacts/:contact_id/conversations',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Contacts'],
      operationId: 'list-contact-conversations',
      summary: 'The conversations with a contact that the caller may see, newest first',
      params: Type.Object({ contact_id: Type.String({ description: 'crd_…, or alt:<source>:<handle>' }) }),
      querystring: NamedListQuery,
      response: { 200: ListOf(conversationSchema(deps.additions)) },
    },
    handler: async (request, reply) => {
      const { id } = await requireContact(deps.db, requirePrincipal(request), request.params.contact_id)
      return listNamedConversations(deps, request, reply, {
        name: 'contacts',
        sql: 'select v.id from conversations v where v.company_id = $1 and v.contact_id = $8',
        value: id,
      })
    },
  })
}
