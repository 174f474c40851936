import type { FastifyInstance, FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { ApiError } from './api-error.ts'
import { type Authenticators, identify } from './authenticate.ts'
import { isFromThisMachine } from './caller-address.ts'
import { isAdmin } from './principal.ts'
import type { Urls } from './urls.ts'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The metrics of the hub. Its parts add their own to the registry. */
export function makeRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Counts and times every answer by route and status. */
export function measureRequests(registry: Registry): (request: FastifyRequest, status: number) => void {
  const durations = new Histogram({
    name: 'portico_http_request_seconds',
    help: 'From the request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [registry],
  })
  return (request, status) => {
    const route = request.routeOptions.url ?? 'none'
    durations.observe({ method: request.method, route, status }, (performance.now() - request.startedAt) / 1000)
  }
}

/**
 * /metrics, for this machine and for an admin's API token; for everybody else there is no such page.
 */
export function metricsRoute(
  app: FastifyInstance,
  { registry, authenticators, urls }: { registry: Registry; authenticators: Authenticators; urls: Urls },
): void {
  app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    if (!isScraper(request) && !(await isAdminCaller(request, authenticators, urls))) throw new ApiError('not_found')
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function isScraper(request: FastifyRequest): boolean {
  return request.headers.authorization === undefined && isFromThisMachine(request)
}

async function isAdminCaller(request: FastifyRequest, authenticators: Authenticators, urls: Urls): Promise<boolean> {
  try {
    return isAdmin(await identify(request, authenticators, urls))
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}
