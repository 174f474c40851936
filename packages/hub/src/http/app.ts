import type { IncomingHttpHeaders } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { RateLimits } from '../settings/settings.ts'
import { guardRoutes, type RouteEntry } from './access.ts'
import { Admission } from './admission.ts'
import { ApiError } from './api-error.ts'
import type { Authenticators } from './authenticate.ts'
import { callerAddress, makeTrust } from './caller-address.ts'
import { answerClientError, answerError, answerErrors } from './errors.ts'
import { type FileReceiver, takeFiles } from './files.ts'
import { parseJson } from './json-body.ts'
import { measureRequests } from './metrics.ts'
import { describeApi } from './openapi.ts'
import { RateLimiter } from './rate-limits.ts'
import { refuseUnknownRoutes } from './refusals.ts'
import { logRequest } from './request-log.ts'
import { refuseUnbuiltFields } from './unbuilt-fields.ts'
import { refuseUnknownQuery } from './unknown-query.ts'
import type { AddressSettings, Urls } from './urls.ts'
import { compileValidator } from './validation.ts'

export interface AppDeps {
  settings: AddressSettings & { rateLimits: RateLimits }
  log: Logger
  urls: Urls
  authenticators: Authenticators
  registry?: Registry
  files?: FileReceiver
  /** Adds the routes of all features; what is added here is in /openapi.json. */
  routes?: (app: FastifyInstance) => void
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with who may call it, once the app is ready. */
    routeTable: RouteEntry[]
    admission: Admission
  }
}

const bodyLimit = 1024 * 1024

/**
 * The HTTP server. Every route says in `config.access` who may call it; one that does not keeps the server from
 * starting. There are no HEAD routes: on an event stream HEAD would open the stream.
 */
export function buildApp({ settings, log, urls, authenticators, registry, files, routes }: AppDeps): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    // a body without files has 30 s (http/access.ts), one with files ten minutes
    requestTimeout: 600_000,
    http: { headersTimeout: 10_000, joinDuplicateHeaders: true, connectionsCheckingInterval: 2_000 },
    exposeHeadRoutes: false,
    // requests on open connections are still served while stopping, and the connections then closed
    return503OnClosing: false,
    genReqId: requestIds(),
    // external ids may have 200 characters, and percent-encoding triples them
    routerOptions: { maxParamLength: 2_000, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
  })
  app.decorateRequest('principal', null)
  app.decorateRequest('channelAuth', null)
  app.decorateRequest('bodyBudget', null)
  app.decorateRequest('enteredAt', 0)
  app.decorateRequest('logFields', null)
  app.decorateRequest('startedAt', 0)
  decorateClientAddress(app, settings)
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => JSON.stringify)
  takeJson(app)
  guardRequests(app, settings)
  addRequestLogAndMetrics(app, log, registry)
  answerErrors(app, log)
  const admission = new Admission()
  const rateLimiter = new RateLimiter(settings.rateLimits)
  app.decorate('admission', admission)
  if (files) takeFiles(app, files)
  app.decorate('routeTable', guardRoutes(app, authenticators, urls, admission, rateLimiter))
  refuseUnbuiltFields(app)
  refuseUnknownQuery(app)
  describeApi(app)
  if (routes) {
    app.register(async (scope) => {
      routes(scope)
      refuseUnknownRoutes(scope, app.routeTable, authenticators, urls)
    })
  }
  return app
}

function decorateClientAddress(app: FastifyInstance, settings: AddressSettings): void {
  const isTrusted = makeTrust(settings.trustedProxies)
  app.decorateRequest('callerAddress', {
    getter() {
      return callerAddress(this.raw, isTrusted)
    },
  })
}

function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parser = (
    request: FastifyRequest,
    bytes: string | Buffer,
    done: (error: Error | null, body?: unknown) => void,
  ) => {
    request.bodyBudget?.shrink(bytes.length)
    done(null, parseJson(bytes as Buffer, request.headers['content-type']))
  }
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parser)
  app.addContentTypeParser('*', { parseAs: 'buffer' }, parser)
}

/**
 * Refuses requests that are invalid for every route: an unsupported method, whose body is not read; two Host headers; a URL that
 * is not percent-encoded UTF-8 or has U+0000. Sets the headers of every response.
 */
function guardRequests(app: FastifyInstance, settings: AddressSettings): void {
  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now()
    collapseRepeats(request.raw.headers)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', 'no-store')
    if (settings.publicUrl.startsWith('https:')) {
      reply.header('strict-transport-security', 'max-age=31536000')
    }
    const { url, headers } = request.raw
    if (request.is404) done(new ApiError('not_found', 'There is nothing at this address.'))
    else if (headers.host?.includes(',')) done(new ApiError('malformed_request', 'The request has two Host headers.'))
    else done(errorOfUrl(url ?? '') ?? undefined)
  })
}

/** Node joins repeated headers with commas. Where application and proxy both set one to the same value, leaves that value. */
function collapseRepeats(headers: IncomingHttpHeaders): void {
  for (const name of ['authorization', 'content-type'] as const) {
    const [first, ...more] = headers[name]?.includes(',') ? headers[name].split(/\s*,\s*/) : []
    if (more.length > 0 && more.every((value) => value === first)) headers[name] = first
  }
}

/** A URL is ASCII, and its percent-encoded bytes are UTF-8. */
function errorOfUrl(url: string): ApiError | null {
  if (url.includes('%00')) return new ApiError('invalid_character', undefined, ['path or query: contains U+0000'])
  if (isAscii.test(url) && isDecodable(url)) return null
  return new ApiError('invalid_character', undefined, ['path or query: is not percent-encoded UTF-8'])
}

const isAscii = /^[!-~]*$/

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

function addRequestLogAndMetrics(app: FastifyInstance, log: Logger, registry: Registry | undefined): void {
  const measure = registry && measureRequests(registry)
  const isLogging = log.isLevelEnabled('info')
  if (!measure && !isLogging) return
  app.addHook('onSend', (request, reply, payload, done) => {
    measure?.(request, reply.statusCode)
    if (isLogging) logRequest(log, request, reply.statusCode)
    done(null, payload)
  })
}

function requestIds(): () => string {
  const start = Math.floor(Math.random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0')
  let count = 0
  return () => `req_${start}${(count++).toString(36)}`
}
