import { publicId } from '@portico/protocol'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { type ApiTokenRow, createApiToken, deleteApiToken, listApiTokens } from './api-tokens.ts'
import { ApiToken, IssuedApiToken, NewApiToken } from './schema.ts'

interface ApiTokenDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const tags = ['API tokens']
const Params = Type.Object({ api_token_id: Type.String() })

/** API tokens (a Portico extension): listed by their first characters, shown once, deleted at once. */
export function apiTokenRoutes(app: App, { db, bus, urls }: ApiTokenDeps): void {
  app.route({
    method: 'GET',
    url: '/api_tokens',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'list-api-tokens',
      summary: 'The API tokens',
      querystring: PageQuery,
      response: { 200: ListOf(ApiToken) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      const rows = await listApiTokens(db, companyId)
      return wholeList(
        urls,
        request,
        rows.map((row) => present(row, companyId)),
      )
    },
  })
  app.route({
    method: 'POST',
    url: '/api_tokens',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'create-api-token',
      summary: 'Make an API token',
      description:
        'It may do everything in the company, as long as the admin who made it is one. The answer is the only one that shows it.',
      body: NewApiToken,
      response: { 201: IssuedApiToken },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const name = request.body.name.trim()
      const { id, token } = await createApiToken(db, principal.companyId, name, actorOf(principal))
      return reply.code(201).send({ id: publicId('tok', principal.companyId, id), name, token })
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api_tokens/:api_token_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-api-token',
      summary: 'Delete an API token; it is refused from now on',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      await deleteApiToken(db, principal.companyId, resourceNumber(principal, 'tok', request.params.api_token_id))
      bus.rightsEnded()
      return reply.code(204).send()
    },
  })
}

function present({ id, name, hint, created_at }: ApiTokenRow, companyId: number): ApiToken {
  return { id: publicId('tok', companyId, id), name, hint, created_at: created_at.getTime() / 1000 }
}
