import { checkDatabase } from '../db/check.ts'
import { type Database, openDatabase } from '../db/database.ts'
import { findRunning, startEmbedded } from '../db/embedded/embedded.ts'
import { DataDirectoryInUse } from '../db/embedded/lock.ts'
import { migrate } from '../db/migrate.ts'
import { openSealer } from '../secrets/master-key.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Settings } from '../settings/settings.ts'

/** The migrated database, and the sealer of the secrets in it. */
export interface Storage {
  db: Database
  sealer: Sealer
  /** The location of the data, as it is shown to the operator. */
  dataLocation: string
  close(): Promise<void>
}

/** Starts or reaches the database, checks its settings, migrates it, and checks that the master key is its key. */
export async function openStorage(settings: Settings): Promise<Storage> {
  const opened = await openMigrated(settings)
  try {
    return { ...opened, sealer: await openSealer(opened.db, settings) }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Checks and migrates the database, and returns the location of the data. */
export async function migrateStorage(settings: Settings): Promise<string> {
  const { dataLocation, close } = await openMigrated(settings)
  await close()
  return dataLocation
}

/** Opens the database alone. Where a hub runs on the data folder, that is the embedded database of that hub. */
export async function visitDatabase(settings: Settings): Promise<Pick<Storage, 'db' | 'close'>> {
  try {
    return await openMigrated(settings)
  } catch (error) {
    const connection = error instanceof DataDirectoryInUse ? findRunning(settings.dataDirectory) : null
    if (connection === null) throw error
    const db = openDatabase({ connection, maxConnections: 2 })
    return { db, close: () => db.close() }
  }
}

async function openMigrated(settings: Settings): Promise<Omit<Storage, 'sealer'>> {
  const reached = await reachDatabase(settings)
  try {
    await checkDatabase(reached.db, settings.allowUnsafeDatabase)
    await migrate(reached.db)
    return reached
  } catch (error) {
    await reached.close()
    throw error
  }
}

async function reachDatabase({
  databaseUrl,
  databasePooled,
  dataDirectory,
}: Settings): Promise<Omit<Storage, 'sealer'>> {
  if (databaseUrl !== null) {
    const db = openDatabase({ connection: { connectionString: databaseUrl }, pooled: databasePooled })
    return { db, dataLocation: withoutPassword(databaseUrl), close: () => db.close() }
  }
  const embedded = await startEmbedded(dataDirectory)
  const db = openDatabase({ connection: embedded.connection })
  return {
    db,
    dataLocation: embedded.directory,
    async close() {
      await db.close()
      await embedded.stop()
    },
  }
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  return `${url.protocol}//${url.host}${url.pathname}`
}
