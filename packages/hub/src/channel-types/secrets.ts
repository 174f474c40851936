import { randomBytes } from 'node:crypto'
import { drawNumbers } from '../companies/draw-numbers.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { AdditionalData, Sealer } from '../secrets/sealer.ts'
import { requireChannelType } from './queries.ts'

type Reader = Pick<Database, 'query'>

const OVERLAP_SECONDS = 24 * 60 * 60

/** 64 hex characters: 32 random bytes. */
export function makeSecret(): string {
  return randomBytes(32).toString('hex')
}

export function additionalDataOfSecret(companyId: number, secretId: number): AdditionalData {
  return { table: 'channel_type_secrets', companyId, id: secretId, field: 'sealed' }
}

/**
 * Makes a new secret. It verifies channel tokens from now on. Requests are signed with the old secret until signWithNewSecret,
 * so that the server can be configured first. Throws not_found.
 */
export async function rotateSecret(
  { db, sealer }: { db: Reader; sealer: Sealer },
  companyId: number,
  uid: string,
): Promise<string> {
  const type = await requireChannelType(db, companyId, uid)
  const secret = makeSecret()
  const secretId = await drawNumbers(db, companyId, 1)
  const [row] = await db.query<{ done: boolean }>(
    'rotate_channel_type_secret',
    'select rotate_channel_type_secret($1, $2, $3, $4) as done',
    [companyId, type.id, secretId, sealer.seal(secret, additionalDataOfSecret(companyId, secretId))],
  )
  if (!row?.done) throw new ApiError('not_found')
  return secret
}

/**
 * Signs with the pending secret from now on. Tokens signed with the secret before it are accepted for 24 hours more; secrets
 * older than that end at once. Resolves with the end of the 24 hours. Throws not_found, no_new_secret.
 */
export async function signWithNewSecret(db: Reader, companyId: number, uid: string): Promise<Date> {
  const type = await requireChannelType(db, companyId, uid)
  const [row] = await db.query<{ ends: Date | null }>(
    'sign_with_pending_secret',
    'select sign_with_pending_secret($1, $2, $3) as ends',
    [companyId, type.id, OVERLAP_SECONDS],
  )
  if (!row?.ends) throw new ApiError('no_new_secret')
  return row.ends
}

/** Deletes the pending secret, if there is one. Throws not_found. */
export async function dropNewSecret(db: Reader, companyId: number, uid: string): Promise<void> {
  const type = await requireChannelType(db, companyId, uid)
  await db.query('drop_pending_secret', 'select drop_pending_secret($1, $2)', [companyId, type.id])
}

/** Ends the overlap of a rotation: the secret before the one that signs is accepted no more. Throws not_found. */
export async function endPreviousSecrets(db: Reader, companyId: number, uid: string): Promise<void> {
  const type = await requireChannelType(db, companyId, uid)
  await db.query('end_previous_secrets', 'select end_previous_secrets($1, $2)', [companyId, type.id])
}

/** The secrets of requests: the one that signs them, and the others that are live while one is rotated. */
export interface SigningSecrets {
  secret: string
  otherSecrets: string[]
}

export interface SealedSecret {
  id: number
  /** Hex. */
  sealed: string
}

/** Live secrets of the type `t` beside the one that signs, `s`: as SQL. */
export const otherSecrets = `(
    select coalesce(json_agg(json_build_object('id', x.id, 'sealed', encode(x.sealed, 'hex')) order by x.id desc), '[]')
    from channel_type_secrets x where x.company_id = t.company_id and x.channel_type_id = t.id and x.id <> s.id
      and (x.expires_at is null or x.expires_at > now())) as other_secrets`

interface SecretsRow {
  secret_id: number
  sealed: Buffer
  other_secrets: SealedSecret[]
}

export function openSecrets(sealer: Sealer, companyId: number, row: SecretsRow): SigningSecrets {
  const open = (sealed: Buffer, id: number) => sealer.open(sealed, additionalDataOfSecret(companyId, id))
  return {
    secret: open(row.sealed, row.secret_id),
    otherSecrets: row.other_secrets.map(({ id, sealed }) => open(Buffer.from(sealed, 'hex'), id)),
  }
}

/** Of a type: the newest secret that is not pending signs. */
export async function signingSecrets(
  db: Reader,
  sealer: Sealer,
  companyId: number,
  typeId: number,
): Promise<SigningSecrets> {
  const [row] = await db.query<SecretsRow>(
    'signing_secrets',
    `select s.id as secret_id, s.sealed, ${otherSecrets}
     from channel_types t join channel_type_secrets s on s.company_id = t.company_id and s.channel_type_id = t.id and not s.pending
     where t.company_id = $1 and t.id = $2 order by s.id desc limit 1`,
    [companyId, typeId],
  )
  if (!row) throw new Error(`channel type ${typeId} of company ${companyId} has no secret`)
  return openSecrets(sealer, companyId, row)
}
