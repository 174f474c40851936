/** The database is away, frozen or too slow. Nothing is known to be lost: the caller may try again. */
export class StorageUnavailable extends Error {}

/** The disk under the database is full (SQLSTATE 53100). Reads still work. */
export class StorageFull extends Error {}

const gone = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES'])

/** 08: connection exception; 57P0x: shutdown, crash, starting up; 57014: statement timeout; 55P03: lock timeout; 25P03, 25P04: session timeouts; 53300: too many connections. */
const away = /^(?:08...|57P0.|57014|55P03|25P0[34]|53300)$/

const driverWords =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Client was closed/

/** What a statement's failure means: one of the two above, or the error itself. */
export function storageFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === '53100') return new StorageFull('the database has no space left', { cause: error })
  if (gone.has(code) || away.test(code) || driverWords.test(error.message)) {
    return new StorageUnavailable('the database is not available', { cause: error })
  }
  return error
}
