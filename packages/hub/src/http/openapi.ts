import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { ErrorEnvelope } from '@portico/protocol/schemas'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { Type } from 'typebox'
import manifest from '../../package.json' with { type: 'json' }
import { publishedOperations, shapeOf } from '../published/operations.ts'
import { docsPolicy } from './page-headers.ts'
import type { Access } from './principal.ts'

/** The document at /openapi.json and the reference at /docs, from the schemas the routes are checked with. */
export function describeApi(app: FastifyInstance): void {
  app.addSchema(Type.Object(ErrorEnvelope.properties, { $id: 'Error' }))
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Portico',
        version: manifest.version,
        description:
          'Compatible with Front’s Core and Channels APIs where Front has the route; what is added is marked x-portico-extension.',
      },
      components: {
        securitySchemes: {
          api_token: { type: 'http', scheme: 'bearer', description: 'An API token, prt_…' },
          channel_token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'HS256, for one channel' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'portico_session',
            description:
              'A browser’s. Before the name stand __Host- on https, and the port (4000_) where PUBLIC_URL has one',
          },
        },
      },
    },
    convertConstToEnum: false,
    // a schema with an $id stands once among the components, under that name
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, n) => (typeof $id === 'string' ? $id : `def-${n}`),
    },
    transform: ({ schema, url, route }) => ({
      schema: { ...described(schema, route.config?.access), ...markOf(String(route.method), url) },
      url,
    }),
  })
  app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    uiConfig: { deepLinking: true, docExpansion: 'list' },
    theme: { title: 'Portico API' },
    logo: { type: 'image/svg+xml', content: logo },
  })
  app.register(async (scope) => {
    scope.route({
      method: 'GET',
      url: '/openapi.json',
      config: { access: 'public' },
      schema: { hide: true },
      handler: async () => app.swagger(),
    })
  })
}

const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><text y="28" font-family="sans-serif" font-size="26" font-weight="700" fill="#fff">Portico</text></svg>',
)

const refused = { description: 'Refused', content: { 'application/json': { schema: { $ref: 'Error#' } } } }

const published = new Set(publishedOperations.map(shapeOf))

/** Of an operation that Front does not publish. */
function markOf(method: string, url: string): { 'x-portico-extension'?: true } {
  return published.has(shapeOf({ method, url })) ? {} : { 'x-portico-extension': true }
}

function described(schema: FastifySchema | undefined, access: Access | undefined): FastifySchema {
  const response = (schema?.response as object | undefined) ?? { 204: { type: 'null', description: 'Done' } }
  const security = securityOf(access)
  return {
    ...schema,
    ...(schema?.hide ? {} : { response: { ...response, default: refused } }),
    ...(security && { security }),
  } as FastifySchema
}

const schemesOf = {
  teammate: ['session'],
  api_token: ['api_token'],
  channel: ['channel_token'],
  admin: ['session', 'api_token'],
}

function securityOf(access: Access | undefined): { [scheme: string]: string[] }[] | undefined {
  if (access === undefined || access === 'public') return undefined
  const schemes = new Set(access.flatMap((caller) => schemesOf[caller]))
  return [...schemes].map((scheme) => ({ [scheme]: [] }))
}
