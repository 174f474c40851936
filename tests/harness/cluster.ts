import { chownSync, mkdtempSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { findBinaries } from '../../packages/hub/src/db/embedded/binaries.ts'
import { findOwner, isRoot } from '../../packages/hub/src/db/embedded/owner.ts'
import { type Place, reachableBinaries } from '../../packages/hub/src/db/embedded/place.ts'
import { createCluster, type Server, startServer } from '../../packages/hub/src/db/embedded/server.ts'

/** Where a PostgreSQL for tests listens. */
export interface Cluster {
  host: string
  port: number
  user: string
  /** What PORTICO_TEST_PG holds. */
  url: string
  stop(): Promise<void>
}

/** The cluster that the test runner started (PORTICO_TEST_PG), or one of this process alone. */
export async function useCluster(): Promise<Cluster> {
  const shared = process.env.PORTICO_TEST_PG
  if (shared === undefined) return startCluster()
  const { host, port, user } = new pg.Client(shared)
  return { host, port, user: user ?? 'postgres', url: shared, stop: async () => {} }
}

/**
 * A real PostgreSQL with its safety on, in a folder of its own; both go with this process at the latest. The embedded one,
 * or the one whose binaries lie in PORTICO_TEST_BINARIES. `more` are settings on top of the embedded one's.
 */
export async function startCluster(more: Record<string, string> = {}): Promise<Cluster> {
  const place = makePlace()
  createCluster(place, ['--locale=C.UTF-8'])
  const host = place.directory
  const server: Server = await startServer(place, host, {
    more: { max_connections: '300', shared_buffers: '256MB', ...more },
    remove: 'rm -rf',
  })
  letProcessEnd(server)
  return {
    host,
    port: 5432,
    user: 'postgres',
    url: `postgres://postgres@${encodeURIComponent(host)}:5432/postgres`,
    async stop() {
      server.child.ref()
      await server.stop()
    },
  }
}

/** The cluster ends when the process does; it does not keep it. */
function letProcessEnd({ child }: Server): void {
  child.unref()
  const pipe = child.stdio[3]
  if (pipe instanceof Socket) pipe.unref()
}

function makePlace(): Place {
  const directory = mkdtempSync(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'portico-test-'))
  const owner = isRoot() ? findOwner() : null
  if (owner) chownSync(directory, owner.uid, owner.gid)
  const given = process.env.PORTICO_TEST_BINARIES
  const embedded = () => (owner ? reachableBinaries(findBinaries(), owner) : findBinaries().directory)
  return { owner, directory, binaries: given ? dirname(given) : embedded() }
}
