import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Principal } from './principal.ts'

const canonicalId = /^[a-z]{3}_[0-9a-z]{1,11}$/

/** Logs one line for each request. URLs are logged as their route, because paths and queries may have handles and tokens. */
export function logRequest(log: Logger, request: FastifyRequest, status: number): void {
  log[status >= 500 && status !== 501 ? 'error' : 'info'](lineOf(request, status), 'request')
}

function lineOf(request: FastifyRequest, status: number) {
  return {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    ...pathIds(request),
    status,
    duration_ms: Math.round((performance.now() - request.startedAt) * 100) / 100,
    ...callerOf(request.principal),
    ...request.logFields,
  }
}

/** Flat: what pino would have to stringify as an object costs it twice as much. */
function callerOf(principal: Principal | null) {
  switch (principal?.kind) {
    case undefined:
      return { caller: null }
    case 'teammate':
      return { caller: 'teammate', company: principal.companyId, teammate: principal.teammateId }
    case 'api_token':
      return { caller: 'api_token', company: principal.companyId, api_token: principal.apiTokenId }
    case 'channel':
      return { caller: 'channel', company: principal.companyId, channel: principal.channelId }
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
