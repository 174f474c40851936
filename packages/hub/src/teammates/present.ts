import { type Author, type Capability, publicId } from '@portico/protocol'
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
  /** The name of the picture in its URL. */
  avatar?: string | null
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

/** With the picture, for teammates and integrations. */
export function teammateWithPicture(row: TeammateRow, companyId: number, urls: Urls): Teammate {
  return { ...teammateResource(row, companyId, urls), avatar_url: pictureUrl(row, companyId, urls) }
}

/** The author in a request to a channel's server: how customers see them only where its type asked for that. */
export function authorFor(
  capabilities: readonly Capability[],
  row: TeammateRow,
  companyId: number,
  urls: Urls,
): Author & Teammate {
  const author = teammateResource(row, companyId, urls)
  if (!capabilities.includes('teammate_profiles')) return author
  const display_name = `${row.first_name} ${row.last_name}`.trim() || row.username
  return { ...author, display_name, avatar_url: pictureUrl(row, companyId, urls) }
}

function pictureUrl({ id, avatar }: TeammateRow, companyId: number, urls: Urls): string | null {
  return avatar ? `${urls.of('teammates', publicId('tea', companyId, id))}/avatar/${avatar}` : null
}
