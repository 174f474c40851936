import { publicId } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { findCompany } from './queries.ts'
import { Identity } from './schema.ts'

/** GET /me returns the company, as in Front. */
export function companyRoutes(app: App, { db, urls }: { db: Database; urls: Urls }): void {
  app.route({
    method: 'GET',
    url: '/me',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Token identity'],
      operationId: 'api-token-details',
      summary: 'The company the caller belongs to',
      response: { 200: Identity },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      const company = await findCompany(db, companyId)
      if (!company) throw new ApiError('not_found')
      return { _links: { self: urls.of('me') }, id: publicId('cmp', companyId, companyId), name: company.name }
    },
  })
}
