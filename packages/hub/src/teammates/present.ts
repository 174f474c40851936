import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import type { Teammate } from './schema.ts'

export interface TeammateRow {
  id: number
  email: string
  username: string
  first_name: string
  last_name: string
  is_admin: boolean
  is_available: boolean
  is_blocked: boolean
}

/** Front's TeammateResponse. */
export function teammateResource(row: TeammateRow, companyId: number, urls: Urls): Teammate {
  const id = publicId('tea', companyId, row.id)
  const self = urls.of('teammates', id)
  return {
    _links: { self, related: { inboxes: `${self}/inboxes`, conversations: `${self}/conversations` } },
    id,
    email: row.email,
    username: row.username,
    first_name: row.first_name,
    last_name: row.last_name,
    license_type: 'full',
    is_admin: row.is_admin,
    is_available: row.is_available,
    is_blocked: row.is_blocked,
    type: 'user' as const,
    custom_fields: {},
  }
}
