import pg from 'pg'

/** The database is unreachable, frozen or too slow. Whether the statement took effect is unknown: the caller may try again. */
export class StorageUnavailable extends Error {}

/** Another transaction holds a row that the statement needs, or conflicts with it. Statements on other rows go on. */
export class StorageBusy extends StorageUnavailable {}

/** The disk under the database is full (SQLSTATE 53100). Reads still work. */
export class StorageFull extends Error {}

/**
 * SQLSTATEs of an unavailable database. 08: connection exception; 25006: read only, after a fail-over; 25P03, 25P04: session timeouts;
 * 40003: completion unknown; 53: no memory, no connections, no files; 57014: statement timeout; 57P0x: shutdown, crash,
 * starting up; 58: the system under the database.
 */
const away = /^(?:08...|25006|25P0[34]|40003|53...|57014|57P0.|58...)$/
/** 40001: serialization failure; 40P01: deadlock; 55P03: lock timeout. */
const busy = /^(?:40001|40P01|55P03)$/
const diskFull = '53100'

/** Error codes of the operating system, of TLS, of a stream that ended. */
const systemCode = /^(?:E(?!RR_)[A-Z0-9_]+|ERR_(?:SSL|TLS|STREAM|SOCKET)\w*)$/

/** The driver's own messages, which have no code. */
const driverWords =
  /Connection terminated|timeout expired|timeout exceeded|Query read timeout|not queryable|Received unexpected|SSL|calling end on the pool/

/** Translates a statement's failure into one of the above, or gives the error itself. */
export function storageFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageUnavailable || error instanceof StorageFull) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === diskFull) return new StorageFull('the database has no space left', { cause: error })
  if (busy.test(code)) return new StorageBusy('the database is busy with the same', { cause: error })
  return isAway(error, code) ? connectionFailure(error) : error
}

/** Translates a failure to connect: no statement was sent yet. */
export function connectionFailure(error: unknown): StorageUnavailable {
  if (error instanceof StorageUnavailable) return error
  return new StorageUnavailable('the database is not available', { cause: error })
}

function isAway(error: Error, code: string): boolean {
  if (error instanceof pg.DatabaseError) return away.test(code)
  if (away.test(code) || systemCode.test(code)) return true
  return code === '' && driverWords.test(error.message)
}
