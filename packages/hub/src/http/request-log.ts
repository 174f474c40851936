import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'

const canonicalId = /^[a-z]{3}_[0-9a-z]{1,11}$/

declare module 'fastify' {
  interface FastifyRequest {
    /** performance.now() when the request came in; 0 when nothing is logged. */
    startedAt: number
  }
}

/** One wide line a request. Addresses are logged as their route, because paths and queries may carry handles and tokens. */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.decorateRequest('startedAt', 0)
  if (!log.isLevelEnabled('info')) return
  app.addHook('onRequest', (request, _reply, done) => {
    request.startedAt = performance.now()
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const level = reply.statusCode >= 500 ? 'error' : 'info'
    log[level](lineOf(request, reply.statusCode, request.startedAt), 'request')
    done(null, payload)
  })
}

function lineOf(request: FastifyRequest, status: number, startedAt: number) {
  return {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    ...pathIds(request),
    status,
    duration_ms: Math.round((performance.now() - startedAt) * 100) / 100,
    caller: request.principal,
    ...request.facts,
  }
}

function pathIds({ params }: FastifyRequest): Record<string, string> | undefined {
  let ids: Record<string, string> | undefined
  for (const [name, value] of Object.entries((params ?? {}) as Record<string, string>)) {
    if (canonicalId.test(value)) {
      ids ??= {}
      ids[name] = value
    }
  }
  return ids
}
