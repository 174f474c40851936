import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { freePort } from './spawned-hub.ts'

const program = '/usr/sbin/pgbouncer'

/** The reason to skip tests that need PgBouncer, or false. */
export const noPgBouncer = !existsSync(program) && 'PgBouncer is not installed'

export interface PgBouncer {
  connection: pg.ClientConfig
  /** Sends SIGKILL and starts a new process at the same address. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** Starts PgBouncer in transaction mode with four server connections. */
export async function startPgBouncer({ host, port, user, database }: pg.ClientConfig): Promise<PgBouncer> {
  const directory = mkdtempSync(join(tmpdir(), 'pgbouncer-'))
  chmodSync(directory, 0o777)
  const listenPort = await freePort()
  const settings = [
    '[databases]',
    `${database} = host=${host} port=${port} dbname=${database} user=${user}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listenPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 4',
  ]
  writeFileSync(join(directory, 'pgbouncer.ini'), settings.join('\n'))
  // PgBouncer does not run as root, and only its owner can enter the folder of PostgreSQL's socket
  const { uid, gid } = statSync(host ?? '')
  const start = () => spawn(program, ['-q', join(directory, 'pgbouncer.ini')], { stdio: 'ignore', uid, gid })
  let child = start()
  return {
    connection: { host: '127.0.0.1', port: listenPort, user, database } as pg.ClientConfig,
    async crash() {
      await kill(child)
      child = start()
    },
    async stop() {
      await kill(child)
      rmSync(directory, { recursive: true })
    },
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
