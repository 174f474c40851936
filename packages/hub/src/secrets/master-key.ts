import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { makeFolder, writeNewFile } from '../db/durable-files.ts'
import { makeSealer, type Sealer } from './sealer.ts'

/** The key and the database do not belong together, or the key cannot be read; `message` says what to do. */
export class MasterKeyError extends Error {}

export interface KeySource {
  dataDirectory: string
  /** PORTICO_MASTER_KEY */
  masterKey: string | null
}

interface KeyRow {
  key_id: string
  check_value: Buffer
}

/**
 * The sealer for this database. The first hub on an empty database takes the given key, or makes one and writes it to
 * `master.key` in the data folder; from then on the database knows its key, and a hub with another one does not start.
 */
export async function openSealer(db: Database, source: KeySource): Promise<Sealer> {
  const known = await readCheck(db)
  const key = readKey(source) ?? (known ? missing(source) : makeKey(source))
  const sealer = makeSealer(key)
  const wanted = known ?? (await writeCheck(db, sealer.keyId, checkValue(key)))
  if (wanted.key_id !== sealer.keyId || !timingSafeEqual(wanted.check_value, checkValue(key))) {
    throw new MasterKeyError(
      `master key does not match: this database was sealed with key ${wanted.key_id}, the one given is ${sealer.keyId}. ` +
        'Restore the key that belongs to it (PORTICO_MASTER_KEY, or the file master.key in the data folder).',
    )
  }
  return sealer
}

async function readCheck(db: Pick<Database, 'query'>): Promise<KeyRow | undefined> {
  const [row] = await db.query<KeyRow>('read_master_key', 'select key_id, check_value from directory.master_key')
  return row
}

/** Stores the key, or returns the one of another hub that was first on an empty database. */
async function writeCheck(db: Database, keyId: string, check: Buffer): Promise<KeyRow> {
  return db.transaction(async (tx) => {
    await tx.query('lock_master_key', 'lock table directory.master_key in exclusive mode')
    const known = await readCheck(tx)
    if (known) return known
    await tx.query('write_master_key', 'insert into directory.master_key (key_id, check_value) values ($1, $2)', [
      keyId,
      check,
    ])
    return { key_id: keyId, check_value: check }
  })
}

function checkValue(key: Buffer): Buffer {
  return createHmac('sha256', key).update('portico master key check').digest()
}

function readKey({ masterKey, dataDirectory }: KeySource): Buffer | null {
  if (masterKey !== null) return decode(masterKey, 'PORTICO_MASTER_KEY')
  const file = join(dataDirectory, 'master.key')
  try {
    return decode(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function decode(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === 32) return key
  throw new MasterKeyError(`${where} is not a master key: it must be 32 bytes in base64.`)
}

function missing({ dataDirectory }: KeySource): never {
  throw new MasterKeyError(
    `there is no master key for this database. Set PORTICO_MASTER_KEY or put the file master.key back into ${dataDirectory}.`,
  )
}

function makeKey(source: KeySource): Buffer {
  const key = randomBytes(32)
  makeFolder(source.dataDirectory, 0o711)
  const file = join(source.dataDirectory, 'master.key')
  try {
    writeNewFile(file, `${key.toString('base64')}\n`, 0o600)
    return key
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(source) : null
    if (other) return other
    throw error
  }
}
