import type { FastifyInstance } from 'fastify'
import type { Database } from '../db/database.ts'
import { ApiError } from './api-error.ts'

export interface HealthDeps {
  db: Pick<Database, 'query'>
  /** True from the moment the hub was asked to stop. */
  isClosing(): boolean
}

/** /healthz: the process answers. /readyz: it can do its work; a load balancer asks this one. */
export function healthRoutes(app: FastifyInstance, { db, isClosing }: HealthDeps): void {
  app.get('/healthz', { config: { access: 'public' }, schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { config: { access: 'public' }, schema: { hide: true } }, async () => {
    if (isClosing()) throw new ApiError('shutting_down')
    await db.query('is_ready', 'select 1')
    return { status: 'ready' }
  })
}
