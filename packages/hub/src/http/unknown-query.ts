import type { FastifyInstance, FastifyRequest, FastifySchema, RouteOptions } from 'fastify'
import { publishedOperations, shapeOf } from '../published/operations.ts'
import { ApiError } from './api-error.ts'

const published = new Set(publishedOperations.map(shapeOf))

/**
 * Refuses a query parameter that a route of Portico's own does not have, so that none is silently dropped. Where Front has the
 * route, callers may send what Front ignores.
 */
export function refuseUnknownQuery(app: FastifyInstance): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    const isOurs = !published.has(shapeOf({ method: String(route.method), url: route.url }))
    if (!isOurs || !route.schema || route.schema.hide || route.config?.access === 'public') return
    const known = namesOf(route.schema)
    route.preValidation = [
      ...[route.preValidation ?? []].flat(),
      async (request: FastifyRequest) => refuse(Object.keys(Object(request.query)), known),
    ]
  })
}

function namesOf({ querystring }: FastifySchema): string[] {
  return Object.keys((querystring as { properties?: object } | undefined)?.properties ?? {})
}

const shown = 10

function refuse(names: string[], known: string[]): void {
  const unknown = names.filter((name) => !known.includes(name)).slice(0, shown)
  if (unknown.length === 0) return
  const what = known.length === 0 ? 'this address takes no query' : `is none of ${known.join(', ')}`
  throw new ApiError(
    'invalid_query',
    undefined,
    unknown.map((name) => `query.${name.slice(0, 100)}: ${what}`),
  )
}
