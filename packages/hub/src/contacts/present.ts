import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import type { ContactRow } from './queries.ts'
import type { Contact } from './schema.ts'

export function contactResource(row: ContactRow, companyId: number, urls: Urls): Contact {
  const id = publicId('crd', companyId, row.id)
  const self = urls.of('contacts', id)
  return {
    _links: { self, related: { conversations: `${self}/conversations` } },
    id,
    name: row.name ?? '',
    description: row.description ?? '',
    handles: row.handles,
    groups: [],
    lists: [],
    links: row.links,
    custom_fields: {},
    is_private: false,
  }
}
