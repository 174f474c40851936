import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { findBinaries } from '../../packages/hub/src/db/embedded/binaries.ts'
import { type ClusterLocation, reachableBinaries } from '../../packages/hub/src/db/embedded/location.ts'
import { findOwner, isRoot } from '../../packages/hub/src/db/embedded/owner.ts'
import { startOf } from '../../packages/hub/src/db/embedded/process.ts'
import { createCluster, type Server, startServer } from '../../packages/hub/src/db/embedded/server.ts'

/** The address of a PostgreSQL for tests. */
export interface Cluster {
  host: string
  port: number
  user: string
  /** The value for PORTICO_TEST_PG. */
  url: string
  stop(): Promise<void>
}

/** A cluster of one test, which may crash it. */
export interface OwnCluster extends Cluster {
  /** The postmaster and its children, the postmaster first. */
  processes(): number[]
  /** SIGKILL to the postmaster; a new one runs on the same data when this resolves. */
  crash(): Promise<void>
}

/** The cluster that the test runner started (PORTICO_TEST_PG), or a new one for this process. */
export async function useCluster(): Promise<Cluster> {
  const shared = process.env.PORTICO_TEST_PG
  if (shared === undefined) return startCluster()
  const { host, port, user } = new pg.Client(shared)
  return { host, port, user: user ?? 'postgres', url: shared, stop: async () => {} }
}

/**
 * Starts a real PostgreSQL with fsync on, in a folder of its own; both end with this process at the latest. It is the embedded
 * one, or the one whose binaries lie in PORTICO_TEST_BINARIES. `more` adds settings to the embedded one's; its folder is made
 * in `under`.
 */
export async function startCluster(more: Record<string, string> = {}, under = tmpdir()): Promise<OwnCluster> {
  const location = makeFolders(under)
  createCluster(location, ['--locale=C.UTF-8'])
  const host = location.directory
  const start = async () => {
    const started = await startServer(location, host, {
      more: { max_connections: '300', shared_buffers: '256MB', ...more },
      remove: 'rm -rf',
    })
    letProcessEnd(started)
    return started
  }
  let server = await start()
  return {
    host,
    port: 5432,
    user: 'postgres',
    url: `postgres://postgres@${encodeURIComponent(host)}:5432/postgres`,
    processes: () => processesOf(host),
    async crash() {
      const [postmaster, ...children] = processesOf(host)
      if (postmaster && startOf(postmaster) !== null) process.kill(postmaster, 'SIGKILL')
      // a new postmaster does not start while children of the old one hold the shared memory
      while (children.some((pid) => startOf(pid) !== null)) await wait(10)
      server = await start()
    },
    async stop() {
      server.child.ref()
      await server.stop()
    },
  }
}

function processesOf(directory: string): number[] {
  const file = `${directory}/data/postmaster.pid`
  if (!existsSync(file)) return []
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0])
  const parent = (pid: string) => {
    try {
      return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
    } catch {
      return 0
    }
  }
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parent(name) === postmaster)
  return [postmaster, ...children.map(Number)]
}

/** Keeps the cluster from holding up the end of this process; the cluster ends with it. */
function letProcessEnd({ child }: Server): void {
  child.unref()
  const pipe = child.stdio[3]
  if (pipe instanceof Socket) pipe.unref()
}

function makeFolders(under: string): ClusterLocation {
  const directory = mkdtempSync(join(under.length > 60 ? '/tmp' : under, 'portico-test-'))
  const owner = isRoot() ? findOwner() : null
  if (owner) chownSync(directory, owner.uid, owner.gid)
  const given = process.env.PORTICO_TEST_BINARIES
  const embedded = () => (owner ? reachableBinaries(findBinaries(), owner) : findBinaries().directory)
  return { owner, directory, binaries: given ? dirname(given) : embedded() }
}
