import { createHash } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { networkOf } from '../http/caller-address.ts'

type Db = Pick<Database, 'query'>

/** Attempts a minute for one account from one address. */
const perAccount = 5
/** Attempts a minute for one account from everywhere: many addresses guess no faster than two. */
const perAccountInAll = 10
/** Attempts a minute from one address, whatever the account: an office behind one address passes, a list of accounts does not. */
const perAddress = 60

/**
 * Lets an attempt pass or throws too_many_attempts. Counted in the database, so for all hub processes together. What its
 * own address has used up does not count for the others: one caller cannot lock an account for everybody.
 */
export async function takeAttempt(db: Db, account: string, address: string): Promise<void> {
  const [own, everywhere] = keysOf(account, address)
  const wait =
    Math.max(await take(db, own, perAccount), await take(db, keyOf('', networkOf(address)), perAddress)) ||
    (await take(db, everywhere, perAccountInAll))
  if (wait === 0) return
  const refusal = new ApiError('too_many_attempts', `Too many attempts. Please retry in ${wait * 1000} milliseconds.`)
  refusal.retryAfter = wait
  throw refusal
}

async function take(db: Db, key: Buffer, limit: number): Promise<number> {
  const [row] = await db.query<{ wait: number }>(
    'take_sign_in_attempt',
    'select take_sign_in_attempt($1, $2) as wait',
    [key, limit],
  )
  return row?.wait ?? 0
}

/** Forgets what was counted for an account: it has signed in. Old windows go with it. */
export async function clearAttempts(db: Db, account: string, address: string): Promise<void> {
  await db.query(
    'clear_sign_in_attempts',
    `delete from directory.sign_in_attempts where key = any($1) or window_started_at < now() - interval '1 hour'`,
    [keysOf(account, address)],
  )
}

/** The counters of attempts: an account from one address, and from everywhere. */
function keysOf(account: string, address: string): [own: Buffer, everywhere: Buffer] {
  const name = account.trim().toLowerCase()
  return [keyOf(name, networkOf(address)), keyOf(name, '')]
}

function keyOf(account: string, address: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([account, address]))
    .digest()
}
