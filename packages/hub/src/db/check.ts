import type { Reader } from './database.ts'

/** The database does not fit; `message` says why in one line. Exit code 78 (sysexits: configuration). */
export class UnsuitableDatabase extends Error {}

const oldest = 150_000
const safety = ['fsync', 'synchronous_commit', 'full_page_writes']

/** Refuses a PostgreSQL that is too old, or whose settings lose acknowledged data in a power cut. */
export async function checkDatabase(db: Pick<Reader, 'query'>, allowUnsafe: boolean): Promise<void> {
  const rows = await db.query<{ name: string; setting: string }>(
    'check_server',
    'select name, setting from pg_settings where name = any($1)',
    [['server_version_num', 'server_version', ...safety]],
  )
  const settings = new Map(rows.map((row) => [row.name, row.setting]))
  if (Number(settings.get('server_version_num')) < oldest) {
    throw new UnsuitableDatabase(
      `this PostgreSQL is version ${settings.get('server_version')}; Portico needs 15 or newer`,
    )
  }
  const off = safety.filter((name) => settings.get(name) === 'off')
  if (off.length > 0 && !allowUnsafe) {
    throw new UnsuitableDatabase(
      `this PostgreSQL runs with ${off.join(', ')} off and can lose messages that were acknowledged. ` +
        'Switch it on, or set ALLOW_UNSAFE_DB=1 to start all the same.',
    )
  }
}
