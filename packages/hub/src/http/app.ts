import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { guardRoutes, type RouteEntry } from './access.ts'
import { ApiError } from './api-error.ts'
import type { Doors } from './authenticate.ts'
import { answerClientError, answerError, answerErrors } from './errors.ts'
import { parseJson } from './json-body.ts'
import { logRequests } from './request-log.ts'
import type { AddressSettings, Urls } from './urls.ts'
import { compileValidator } from './validation.ts'

export interface AppDeps {
  settings: AddressSettings
  log: Logger
  urls: Urls
  doors: Doors
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with who may call it, in the order of registration. */
    routeTable: RouteEntry[]
  }
}

export const BODY_LIMIT = 1024 * 1024

/**
 * The HTTP server without its routes. Nouns add theirs (`inboxRoutes(app, deps)`); each names in `config.access` who
 * may call it.
 */
export function buildApp({ settings, log, urls, doors }: AppDeps): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000, joinDuplicateHeaders: true },
    exposeHeadRoutes: false,
    genReqId: requestIds(),
    // ids of channels may be long, and percent-encoding triples them
    routerOptions: { maxParamLength: 2_000, ignoreDuplicateSlashes: true },
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
  })
  app.decorateRequest('principal', null)
  app.decorateRequest('facts', null)
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => JSON.stringify)
  takeJson(app)
  logRequests(app, log)
  guardRequests(app, settings)
  answerErrors(app, log)
  app.decorate('routeTable', guardRoutes(app, doors, urls))
  return app
}

function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parser = (_request: unknown, text: string | Buffer, done: (error: Error | null, body?: unknown) => void) => {
    done(null, parseJson(text as string))
  }
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parser)
  app.addContentTypeParser('*', { parseAs: 'string' }, parser)
}

/** What is wrong whatever the route: two Host headers (S39), a U+0000 in the address (S27). And headers of every answer. */
function guardRequests(app: FastifyInstance, settings: AddressSettings): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', 'no-store')
    if (settings.publicUrl.startsWith('https:')) {
      reply.header('strict-transport-security', 'max-age=31536000')
    }
    const { url, headers } = request.raw
    if (headers.host?.includes(',')) done(new ApiError('malformed_request', 'The request has two Host headers.'))
    else if (url?.includes('%00')) {
      done(new ApiError('invalid_character', undefined, ['path or query: contains U+0000']))
    } else done()
  })
}

function requestIds(): () => string {
  const start = Math.floor(Math.random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0')
  let count = 0
  return () => `req_${start}${(count++).toString(36)}`
}
