import type { FastifyInstance } from 'fastify'
import { publishedOperations, shapeOf } from '../published/operations.ts'
import type { RouteEntry } from './access.ts'
import { ApiError } from './api-error.ts'
import { type Authenticators, identify } from './authenticate.ts'
import type { Urls } from './urls.ts'

const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/**
 * Routes after all others: 501 for an operation that Front publishes, so that it is not mistaken for a missing resource, and 405
 * for other methods of a path. They are routes, so that a path with a fixed name is never read as an id; they respond before a
 * body is read.
 */
export function refuseUnknownRoutes(
  app: FastifyInstance,
  table: RouteEntry[],
  authenticators: Authenticators,
  urls: Urls,
): void {
  const built = new Set(table.map(shapeOf))
  const notBuilt = publishedOperations.filter((operation) => !built.has(shapeOf(operation)))
  for (const { method, url, operationId } of notBuilt) {
    refuse(app, method, url, async (request) => {
      request.principal = await identify(request, authenticators, urls, true)
      const what = `${operationId} (${method} ${url.replace(/:(\w+)/g, '{$1}')})`
      throw new ApiError('not_built', `Portico has not built this operation yet: ${what}.`, [
        `operation: ${operationId}`,
      ])
    })
  }
  for (const [url, allowed] of methodsOf([...table, ...notBuilt])) {
    const others = methods.filter((method) => !allowed.includes(method))
    refuse(app, others, url, async (_request, reply) => {
      reply.header('allow', allowed.join(', '))
      throw new ApiError('method_not_allowed', `This address takes ${allowed.join(', ')} only.`)
    })
  }
}

type OnRequest = (
  request: Parameters<typeof identify>[0],
  reply: { header(name: string, value: string): unknown },
) => Promise<never>

function refuse(app: FastifyInstance, method: string | string[], url: string, onRequest: OnRequest): void {
  app.route({
    method: method as 'GET',
    url,
    config: { refuses: true },
    schema: { hide: true },
    onRequest,
    handler: () => {
      throw new Error(`${method} ${url} answers before it is handled`)
    },
  })
}

/** The paths of the table, under the first of their names, with their methods. /metrics is not listed. */
function methodsOf(routes: { method: string; url: string }[]): [string, string[]][] {
  const known = new Map<string, [string, string[]]>()
  for (const { method, url } of routes) {
    if (url.includes('*') || url === '/metrics') continue
    const shape = shapeOf({ method: '', url })
    const [name, allowed] = known.get(shape) ?? [url, []]
    known.set(shape, [name, [...allowed, method].sort()])
  }
  return [...known.values()]
}
