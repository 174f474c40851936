import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { byIndex, loaderOf } from '../db/group-commit.ts'
import type { Actor } from '../events/actor.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'

type Db = Pick<Database, 'query'>

export interface ApiTokenRow {
  id: number
  name: string
  /** The first characters of the token, by which a person recognises it. */
  hint: string
  created_at: Date
}

/**
 * Makes a token, which acts for its company with all rights. The token itself is given once; only its SHA-256 is stored.
 * Throws forbidden when the caller's right has ended meanwhile.
 */
export async function createApiToken(
  db: Db,
  companyId: number,
  name: string,
  by: Pick<Actor, 'kind' | 'id'> = { kind: 'system', id: null },
): Promise<{ id: number; token: string }> {
  const token = `prt_${randomBytes(32).toString('base64url')}`
  const [row] = await db.query<{ id: number }>(
    'create_api_token',
    'select create_api_token($1, $2, $3, $4, $5, $6) as id',
    [companyId, name, hashOf(token), token.slice(0, 8), by.kind, by.id],
  )
  if (!row) throw new Error('create_api_token returned no row')
  return { id: row.id, token }
}

/** Deletes a token: from now on it is refused. Throws not_found. */
export async function deleteApiToken(db: Db, companyId: number, id: number): Promise<void> {
  const [row] = await db.query<{ done: boolean }>('delete_api_token', 'select delete_api_token($1, $2) as done', [
    companyId,
    id,
  ])
  if (!row?.done) throw new ApiError('not_found')
}

export function listApiTokens(db: Db, companyId: number): Promise<ApiTokenRow[]> {
  return db.query<ApiTokenRow>(
    'list_api_tokens',
    'select id, name, hint, created_at from api_tokens where company_id = $1 order by id',
    [companyId],
  )
}

/** The company and id of a token. Throws invalid_token. */
export async function authenticateApiToken(db: Database, token: string): Promise<Principal> {
  const owner = await ownersOf(db).add(hashOf(token))
  if (!owner) throw new ApiError('invalid_token')
  return { kind: 'api_token', companyId: owner.company_id, apiTokenId: owner.api_token_id }
}

interface Owner {
  index: number
  company_id: number
  api_token_id: number
}

const ownersOf = loaderOf<Buffer, Owner | undefined>(async (db, hashes) => {
  const rows = await db.query<Owner>(
    'authenticate_api_tokens',
    `select h.index, t.company_id, t.api_token_id from unnest($1::bytea[]) with ordinality h(token_hash, index)
     join directory.api_tokens t on t.token_hash = h.token_hash`,
    [hashes],
  )
  return byIndex(hashes, rows)
})

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
