import { Type } from 'typebox'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { checkSortBy, cutTo, readPage } from '../http/page.ts'
import { listEnvelope } from '../http/paging.ts'
import { type Principal, requirePrincipal, teammateOf } from '../http/principal.ts'
import { queryObject } from '../http/query-object.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { addHandle, type ContactDeps, changeContact, createContact, deleteContact, removeHandle } from './change.ts'
import { contactResource } from './present.ts'
import { type ContactFilter, type ListedContact, listContacts } from './queries.ts'
import { requireContact } from './routes.ts'
import { Contact, ContactChange, ContactHandle, ContactsQuery, NewContact, RemovedHandle } from './schema.ts'

interface ChangeDeps extends ContactDeps {
  urls: Urls
}

const tags = ['Contacts']
const access = ['teammate', 'api_token'] as const
const Params = Type.Object({ contact_id: Type.String({ description: 'crd_…, or alt:<source>:<handle>' }) })

/** Lists, makes, changes and deletes contacts. */
export function contactChangeRoutes(app: App, deps: ChangeDeps): void {
  listRoute(app, deps)
  createRoute(app, deps)
  changeRoutes(app, deps)
  handleRoutes(app, deps)
}

function listRoute(app: App, { db, urls }: ChangeDeps): void {
  app.route({
    method: 'GET',
    url: '/contacts',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'list-contacts',
      summary: 'Contacts, newest first; a teammate sees those made by hand and those of conversations they see',
      querystring: ContactsQuery,
      response: { 200: ListOf(Contact) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { query } = request
      checkSortBy(query, 'created_at', 'updated_at')
      const filter = { ...(await filterOf(principal, query)), sortBy: sortOf(query) }
      const { rows, ...links } = await readPage(request, {
        length: 2,
        cursorOf: (row: ListedContact) => [row.sorted_us, row.id],
        async read({ after, order, limit }) {
          const cursor = after && { us: after[0]!, id: after[1]! }
          return cutTo(await listContacts(db, { ...filter, order, after: cursor, limit: limit + 1 }), limit)
        },
      })
      return listEnvelope(
        urls,
        request,
        rows.map((row) => contactResource(row, principal.companyId, urls)),
        links,
      )
    },
  })

  async function filterOf(
    principal: Principal,
    query: ContactsQuery,
  ): Promise<Pick<ContactFilter, 'companyId' | 'seenBy' | 'updatedAfter' | 'updatedBefore'>> {
    const { updated_after, updated_before } = queryObject(query, ['updated_after', 'updated_before'])
    const isTeammate = principal.kind === 'teammate'
    return {
      companyId: principal.companyId,
      seenBy: isTeammate ? { inboxIds: await visibleInboxIds(db, principal), grantedTo: teammateOf(principal) } : null,
      updatedAfter: timeOf('updated_after', updated_after?.at(-1)),
      updatedBefore: timeOf('updated_before', updated_before?.at(-1)),
    }
  }
}

const sortOf = ({ sort_by }: ContactsQuery): ContactFilter['sortBy'] =>
  sort_by === 'updated_at' ? 'updated_at' : 'created_at'

function timeOf(name: string, text: string | undefined): Date | null {
  if (text === undefined) return null
  const time = new Date(Number(text) * 1000)
  if (Number.isNaN(time.getTime()) || time.getTime() < 0 || time.getFullYear() > 9_999) {
    throw new ApiError('invalid_query', undefined, [`query.q.${name}: must be a time in seconds`])
  }
  return time
}

function createRoute(app: App, deps: ChangeDeps): void {
  app.route({
    method: 'POST',
    url: '/contacts',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'create-contact',
      summary: 'Make a contact',
      body: NewContact,
      response: { 201: Contact },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const row = await createContact(deps, principal, request.body)
      return reply.code(201).send(contactResource(row, principal.companyId, deps.urls))
    },
  })
}

function changeRoutes(app: App, deps: ChangeDeps): void {
  app.route({
    method: 'PATCH',
    url: '/contacts/:contact_id',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'update-a-contact',
      summary: 'Change name, description and links of a contact',
      params: Params,
      body: ContactChange,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireContact(deps.db, principal, request.params.contact_id)
      await changeContact(deps, principal, id, request.body)
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'DELETE',
    url: '/contacts/:contact_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-a-contact',
      summary: 'Delete a contact; its conversations stay',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireContact(deps.db, principal, request.params.contact_id)
      await deleteContact(deps, principal, id)
      return reply.code(204).send()
    },
  })
}

function handleRoutes(app: App, deps: ChangeDeps): void {
  app.route({
    method: 'POST',
    url: '/contacts/:contact_id/handles',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'add-contact-handle',
      summary: 'Say that a handle is a contact’s',
      params: Params,
      body: ContactHandle,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireContact(deps.db, principal, request.params.contact_id)
      await addHandle(deps, principal, id, request.body)
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'DELETE',
    url: '/contacts/:contact_id/handles',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-contact-handle',
      summary: 'Take a handle from a contact; the last one only by force, with the contact',
      params: Params,
      body: RemovedHandle,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireContact(deps.db, principal, request.params.contact_id)
      const { force, ...handle } = request.body
      await removeHandle(deps, principal, id, handle, force ?? false)
      return reply.code(204).send()
    },
  })
}
