import { chownSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { makeFolder } from '../durable-files.ts'
import { type ClusterLocation, existingDirectory, findLocation } from './location.ts'
import { lockDataDirectory } from './lock.ts'
import { readPostmaster, removeSocketDirectory, stopOrphan } from './postmaster.ts'
import { createCluster, hasCluster, type Server, startServer } from './server.ts'

/** The PostgreSQL that npm brought, as a child process of the hub. */
export interface EmbeddedDatabase {
  connection: pg.ClientConfig
  /** The folder of the data. */
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
    const location = findLocation(dataDirectory)
    await stopOrphan(join(location.directory, 'data'))
    if (!hasCluster(location)) createCluster(location)
    const socketDirectory = makeSocketDirectory(location)
    const stopServer = await keepRunning(location, socketDirectory)
    const connection = connectionTo(socketDirectory)
    await createDatabase(connection)
    return {
      connection,
      directory: location.directory,
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
  const directory = existingDirectory(dataDirectory)
  const postmaster = directory === null ? null : readPostmaster(join(directory, 'data'))
  return postmaster?.isReady ? connectionTo(postmaster.socketDirectory) : null
}

/** Overrides PGOPTIONS of the hub's environment, which could switch synchronous_commit off. */
function connectionTo(socketDirectory: string): pg.ClientConfig {
  return { host: socketDirectory, user: 'postgres', database, options: '-c synchronous_commit=on' }
}

/** Makes the folder of the socket: its path is short, because a socket's has at most 107 bytes, and private, because every local connection is the database's owner. */
function makeSocketDirectory({ owner }: ClusterLocation): string {
  const directory = mkdtempSync(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'portico-'))
  if (owner) chownSync(directory, owner.uid, owner.gid)
  return directory
}

/** Starts the server, and restarts it whenever it ends by itself, until the returned function is called. */
async function keepRunning(location: ClusterLocation, socketDirectory: string): Promise<() => Promise<void>> {
  let server: Server | undefined
  let stopping = false
  const start = async () => {
    server = await startServer(location, socketDirectory)
    server.child.once('exit', () => void restart())
    if (stopping) await server.stop()
  }
  // after a crash the last backends keep the shared memory for a moment, and the first attempts may fail
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
