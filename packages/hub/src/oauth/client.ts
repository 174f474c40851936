import { additionalDataOfClientSecret, type OAuth2Settings } from '../channel-types/oauth2.ts'
import type { Reader } from '../db/database.ts'
import type { Sealer } from '../secrets/sealer.ts'

/** Portico at an authorization server: a channel type's settings, with its secret. */
export interface Client extends Pick<OAuth2Settings, 'token_url' | 'introspection_url' | 'revocation_url' | 'scopes'> {
  id: string
  /** Null: a public client. */
  secret: string | null
  /** Requests with the same key share connections to the authorization server. */
  agentKey: string
}

export async function clientOf(
  db: Reader,
  sealer: Sealer,
  companyId: number,
  type: { id: number; oauth2: OAuth2Settings },
): Promise<Client> {
  const [row] = await db.query<{ sealed: Buffer | null }>(
    'sealed_client_secret',
    'select sealed_client_secret as sealed from channel_types where company_id = $1 and id = $2',
    [companyId, type.id],
  )
  const { token_url, introspection_url, revocation_url, scopes, client_id } = type.oauth2
  return {
    ...{ token_url, introspection_url, revocation_url, scopes },
    id: client_id,
    secret: row?.sealed ? sealer.open(row.sealed, additionalDataOfClientSecret(companyId, type.id)) : null,
    agentKey: `oauth ${companyId} ${type.id}`,
  }
}
