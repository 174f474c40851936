import { type Static, Type } from 'typebox'
import { type ConversationListDeps, listNamedConversations } from '../conversations/list-routes.ts'
import { conversationSchema, NamedListQuery } from '../conversations/schema.ts'
import type { Bus } from '../events/bus.ts'
import { ListOf } from '../http/list-schema.ts'
import { checkSortBy, cutTo, readPage, SortedQuery } from '../http/page.ts'
import { listEnvelope } from '../http/paging.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App, RequestWith } from '../http/route.ts'
import { firstTeam } from '../inboxes/owner.ts'
import { type TagRow, tagResource } from './present.ts'
import { countConversationsOfTag, listTags, type TagFilter } from './queries.ts'
import { NewTag, Tag, TagChange } from './schema.ts'
import { changeTag, createTag, deleteTag, requireTag } from './tags.ts'

export interface TagRouteDeps extends ConversationListDeps {
  bus: Bus
}

const tags = ['Tags']
const access = ['teammate', 'api_token'] as const
const Params = Type.Object({ tag_id: Type.String() })

export function tagRoutes(app: App, deps: TagRouteDeps): void {
  listRoutes(app, deps)
  createRoutes(app, deps)
  tagRoute(app, deps)
  changeRoutes(app, deps)
  conversationsRoute(app, deps)
}

function listRoutes(app: App, deps: TagRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/tags',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'list-tags',
      summary: 'The tags of the company and its teams, newest first',
      querystring: SortedQuery,
      response: { 200: ListOf(Tag) },
    },
    handler: (request) => answerTags(deps, request, {}),
  })
  app.route({
    method: 'GET',
    url: '/company/tags',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'list-company-tags',
      summary: 'The tags of the company itself',
      querystring: SortedQuery,
      response: { 200: ListOf(Tag) },
    },
    handler: (request) => answerTags(deps, request, { teamId: null }),
  })
  app.route({
    method: 'GET',
    url: '/tags/:tag_id/children',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'list-tag-children',
      summary: 'The tags right below a tag',
      params: Params,
      querystring: SortedQuery,
      response: { 200: ListOf(Tag) },
    },
    handler: async (request) => {
      const { id } = await requireTag(deps.db, requirePrincipal(request), request.params.tag_id)
      return answerTags(deps, request, { parentId: id })
    },
  })
}

export async function answerTags(
  { db, urls }: Pick<TagRouteDeps, 'db' | 'urls'>,
  request: RequestWith<Static<typeof SortedQuery>>,
  filter: TagFilter,
) {
  const { companyId } = requirePrincipal(request)
  checkSortBy(request.query, 'id')
  const { rows, ...links } = await readPage(request, {
    length: 1,
    cursorOf: ({ id }: TagRow) => [id],
    read: async ({ after, order, limit }) =>
      cutTo(await listTags(db, companyId, filter, { after: after?.[0], order, limit: limit + 1 }), limit),
  })
  return listEnvelope(
    urls,
    request,
    rows.map((row) => tagResource(row, companyId, urls)),
    links,
  )
}

function createRoutes(app: App, deps: TagRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/tags',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'create-tag',
      summary: 'Make a tag of the oldest team',
      body: NewTag,
      response: { 201: Tag },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const row = await createTag(deps, principal, request.body, { teamId: firstTeam, parentId: null })
      return reply.code(201).send(tagResource(row, principal.companyId, deps.urls))
    },
  })
  app.route({
    method: 'POST',
    url: '/company/tags',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'create-company-tag',
      summary: 'Make a tag of the company',
      body: NewTag,
      response: { 201: Tag },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const row = await createTag(deps, principal, request.body, { teamId: null, parentId: null })
      return reply.code(201).send(tagResource(row, principal.companyId, deps.urls))
    },
  })
  app.route({
    method: 'POST',
    url: '/tags/:tag_id/children',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'create-child-tag',
      summary: 'Make a tag below a tag',
      params: Params,
      body: NewTag,
      response: { 201: Tag },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const parent = await requireTag(deps.db, principal, request.params.tag_id)
      const row = await createTag(deps, principal, request.body, { teamId: parent.team_id, parentId: parent.id })
      return reply.code(201).send(tagResource(row, principal.companyId, deps.urls))
    },
  })
}

function tagRoute(app: App, { db, urls }: TagRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/tags/:tag_id',
    config: { access: [...access] },
    schema: { tags, operationId: 'get-tag', summary: 'One tag', params: Params, response: { 200: Tag } },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      return tagResource(await requireTag(db, principal, request.params.tag_id), principal.companyId, urls)
    },
  })
  app.route({
    method: 'GET',
    url: '/tags/:tag_id/deletion',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'get-tag-deletion',
      summary: 'How many conversations lose a tag when it is deleted',
      params: Params,
      response: { 200: Type.Object({ conversations: Type.Integer() }) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id } = await requireTag(db, principal, request.params.tag_id)
      return { conversations: await countConversationsOfTag(db, principal.companyId, id) }
    },
  })
}

function changeRoutes(app: App, deps: TagRouteDeps): void {
  app.route({
    method: 'PATCH',
    url: '/tags/:tag_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'update-a-tag',
      summary: 'Rename a tag, change its colour or its place',
      params: Params,
      body: TagChange,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireTag(deps.db, principal, request.params.tag_id)
      await changeTag(deps, principal, id, request.body)
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'DELETE',
    url: '/tags/:tag_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-tag',
      summary: 'Delete a tag, and take it from all conversations',
      description: 'The tags below it move up to its parent.',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireTag(deps.db, principal, request.params.tag_id)
      await deleteTag(deps, principal, id)
      return reply.code(204).send()
    },
  })
}

function conversationsRoute(app: App, deps: TagRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/tags/:tag_id/conversations',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'list-tagged-conversations',
      summary: 'The conversations with this tag itself that the caller may see, newest first',
      params: Params,
      querystring: NamedListQuery,
      response: { 200: ListOf(conversationSchema(deps.additions)) },
    },
    handler: async (request, reply) => {
      const { id } = await requireTag(deps.db, requirePrincipal(request), request.params.tag_id)
      return listNamedConversations(deps, request, reply, {
        name: 'tagged',
        sql: 'select x.conversation_id from conversation_tags x where x.company_id = $1 and x.tag_id = $8',
        value: id,
      })
    },
  })
}
