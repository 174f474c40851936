import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal, teammateOf } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { contactResource } from './present.ts'
import { type ContactRow, findContact, findContactNumber, isContactIn } from './queries.ts'
import { Contact } from './schema.ts'

interface ContactDeps {
  db: Database
  urls: Urls
}

export function contactRoutes(app: App, { db, urls }: ContactDeps): void {
  app.route({
    method: 'GET',
    url: '/contacts/:contact_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Contacts'],
      operationId: 'get-contact',
      summary: 'One contact; a teammate sees those of conversations in their inboxes',
      params: Type.Object({ contact_id: Type.String({ description: 'crd_…, or alt:<source>:<handle>' }) }),
      response: { 200: Contact },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const contact = await requireContact(db, principal, request.params.contact_id)
      return contactResource(contact, principal.companyId, urls)
    },
  })
}

/** The contact that the caller named, if they see it. Throws not_found. */
export async function requireContact(db: Database, principal: Principal, text: string): Promise<ContactRow> {
  const { companyId } = principal
  const [, source, handle] = /^alt:(\w+):(.+)$/s.exec(text) ?? []
  const number =
    source && handle ? await findContactNumber(db, companyId, source, handle) : resourceNumber(principal, 'crd', text)
  const contact = number === undefined ? undefined : await findContact(db, companyId, number)
  if (!contact) throw new ApiError('not_found')
  if (principal.kind === 'api_token' || contact.is_made_by_hand) return contact
  if (await isContactIn(db, companyId, contact.id, await visibleInboxIds(db, principal), teammateOf(principal)))
    return contact
  throw new ApiError('not_found')
}
