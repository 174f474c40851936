import { randomBytes } from 'node:crypto'
import { drawNumbers } from '../companies/draw-numbers.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { Place, Sealer } from '../secrets/sealer.ts'
import { requireChannelType } from './queries.ts'

type Reader = Pick<Database, 'query'>

const OVERLAP_SECONDS = 24 * 60 * 60

/** 64 hex characters: 32 random bytes. */
export function makeSecret(): string {
  return randomBytes(32).toString('hex')
}

export function placeOfSecret(companyId: number, secretId: number): Place {
  return { table: 'channel_type_secrets', companyId, id: secretId, field: 'sealed' }
}

/**
 * Makes a new secret, which signs from now on. Channel tokens signed with the one before it are accepted for 24 hours
 * more; one older than that ends at once. Throws not_found.
 */
export async function rotateSecret(
  { db, sealer }: { db: Reader; sealer: Sealer },
  companyId: number,
  uid: string,
): Promise<{ secret: string; previousExpiresAt: Date }> {
  const type = await requireChannelType(db, companyId, uid)
  const secret = makeSecret()
  const secretId = await drawNumbers(db, companyId, 1)
  const [row] = await db.query<{ ends: Date | null }>(
    'rotate_channel_type_secret',
    'select rotate_channel_type_secret($1, $2, $3, $4, $5) as ends',
    [companyId, type.id, secretId, sealer.seal(secret, placeOfSecret(companyId, secretId)), OVERLAP_SECONDS],
  )
  if (!row?.ends) throw new ApiError('not_found')
  return { secret, previousExpiresAt: row.ends }
}

/** Ends the overlap of a rotation: only the newest secret is accepted. Throws not_found. */
export async function endPreviousSecrets(db: Reader, companyId: number, uid: string): Promise<void> {
  const type = await requireChannelType(db, companyId, uid)
  await db.query('end_previous_secrets', 'select end_previous_secrets($1, $2)', [companyId, type.id])
}

/** The secret that signs: the newest. */
export async function signingSecret(db: Reader, sealer: Sealer, companyId: number, typeId: number): Promise<string> {
  const [row] = await db.query<{ id: number; sealed: Buffer }>(
    'signing_secret',
    'select id, sealed from channel_type_secrets where company_id = $1 and channel_type_id = $2 order by id desc limit 1',
    [companyId, typeId],
  )
  if (!row) throw new Error(`channel type ${typeId} of company ${companyId} has no secret`)
  return sealer.open(row.sealed, placeOfSecret(companyId, row.id))
}
