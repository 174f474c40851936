import { chownSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { makeFolder } from '../durable-files.ts'
import { lockDataDirectory } from './lock.ts'
import { findPlace, type Place, placeFromBefore } from './place.ts'
import { readPostmaster, removeSocketDirectory, stopOrphan } from './postmaster.ts'
import { createCluster, hasCluster, type Server, startServer } from './server.ts'

/** The PostgreSQL that npm brought, as a child process of the hub. */
export interface EmbeddedDatabase {
  connection: pg.ClientConfig
  /** Where the data lies. */
  directory: string
  stop(): Promise<void>
}

const database = 'portico'

/**
 * Starts PostgreSQL on the data folder, which it makes when it is not there. Throws DataDirectoryInUse, having touched
 * nothing, when another hub holds it. The server ends with the hub, however that ends; if it ends by itself, it is
 * started again.
 */
export async function startEmbedded(dataDirectory: string): Promise<EmbeddedDatabase> {
  makeFolder(dataDirectory, 0o711)
  const unlock = lockDataDirectory(dataDirectory)
  try {
    const place = findPlace(dataDirectory)
    await stopOrphan(join(place.directory, 'data'))
    if (!hasCluster(place)) createCluster(place)
    const socketDirectory = makeSocketDirectory(place)
    const stopServer = await keepRunning(place, socketDirectory)
    const connection = connectionTo(socketDirectory)
    await createDatabase(connection)
    return {
      connection,
      directory: place.directory,
      async stop() {
        await stopServer()
        removeSocketDirectory(socketDirectory)
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** The embedded PostgreSQL of the hub that runs on this data folder now; null when none is ready. */
export function findRunning(dataDirectory: string): pg.ClientConfig | null {
  const directory = placeFromBefore(dataDirectory)
  const postmaster = directory === null ? null : readPostmaster(join(directory, 'data'))
  return postmaster?.isReady ? connectionTo(postmaster.socketDirectory) : null
}

/** PGOPTIONS of the hub's environment does not count: a session that does not wait for its commits would lose them. */
function connectionTo(socketDirectory: string): pg.ClientConfig {
  return { host: socketDirectory, user: 'postgres', database, options: '-c synchronous_commit=on' }
}

/** Short, because the path of a socket ends at 107 bytes; private, because whoever can enter is the database's owner. */
function makeSocketDirectory({ owner }: Place): string {
  const directory = mkdtempSync(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'portico-'))
  if (owner) chownSync(directory, owner.uid, owner.gid)
  return directory
}

/** Starts the server, and again whenever it ends by itself, until the returned function is called. */
async function keepRunning(place: Place, socketDirectory: string): Promise<() => Promise<void>> {
  let server: Server | undefined
  let stopping = false
  const start = async () => {
    server = await startServer(place, socketDirectory)
    server.child.once('exit', () => void restart())
    if (stopping) await server.stop()
  }
  // after a crash the last backends hold the shared memory for a moment, and the first tries may fail
  const restart = async () => {
    while (!stopping) {
      const isStarted = await start().then(
        () => true,
        () => false,
      )
      if (isStarted) return
      await wait(200)
    }
  }
  await start()
  return async () => {
    stopping = true
    await server?.stop()
  }
}

async function createDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}
