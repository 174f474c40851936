import type { FastifyInstance } from 'fastify'
import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { ApiError } from './api-error.ts'

export interface HealthDeps {
  db: Pick<Database, 'query'>
  /** True from the moment the hub was asked to stop. */
  isClosing(): boolean
}

/** Less than a load balancer waits. */
const maxWaitMs = 2_000

/** /healthz: the process answers. /readyz: it can do its work; a load balancer asks this one. */
export function healthRoutes(app: FastifyInstance, { db, isClosing }: HealthDeps): void {
  app.get('/healthz', { config: { access: 'public' }, schema: { hide: true } }, async () => ({ status: 'ok' }))
  let asking: Promise<void> | undefined
  app.get('/readyz', { config: { access: 'public' }, schema: { hide: true } }, async () => {
    if (isClosing()) throw new ApiError('shutting_down')
    asking ??= requireWritable(db).finally(() => {
      asking = undefined
    })
    await within(maxWaitMs, asking)
    return { status: 'ready' }
  })
}

/** Checks that the database is writable: after a fail-over a standby may respond. Throws StorageUnavailable. */
async function requireWritable(db: Pick<Database, 'query'>): Promise<void> {
  const [row] = await db.query<{ read_only: string }>(
    'is_ready',
    "select current_setting('transaction_read_only') as read_only",
  )
  if (row?.read_only !== 'off') throw new StorageUnavailable('the database is read-only')
}

/** A database behind a broken network says nothing at all. */
async function within(ms: number, asking: Promise<void>): Promise<void> {
  const patience = Promise.withResolvers<void>()
  const timer = setTimeout(() => patience.reject(new StorageUnavailable('the database does not answer')), ms)
  try {
    await Promise.race([asking, patience.promise])
  } finally {
    clearTimeout(timer)
  }
}
