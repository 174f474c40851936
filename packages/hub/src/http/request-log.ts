import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'

const canonicalId = /^[a-z]{3}_[0-9a-z]{1,11}$/

/** One wide line a request. Addresses are logged as their route, because paths and queries may carry handles and tokens. */
export function logRequest(log: Logger, request: FastifyRequest, status: number): void {
  log[status >= 500 ? 'error' : 'info'](lineOf(request, status), 'request')
}

function lineOf(request: FastifyRequest, status: number) {
  return {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    ...pathIds(request),
    status,
    duration_ms: Math.round((performance.now() - request.startedAt) * 100) / 100,
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
