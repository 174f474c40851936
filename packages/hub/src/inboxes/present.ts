import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import { ownerLink } from './owner.ts'
import type { Inbox, RemoteImagesChoice } from './schema.ts'

export interface InboxRow {
  id: number
  name: string
  is_public: boolean
  team_id: number
  remote_images: RemoteImagesChoice
}

/** Front's InboxResponse. */
export function inboxResource(row: InboxRow, companyId: number, urls: Urls): Inbox {
  const id = publicId('inb', companyId, row.id)
  const self = urls.of('inboxes', id)
  return {
    _links: {
      self,
      related: {
        teammates: `${self}/teammates`,
        conversations: `${self}/conversations`,
        channels: `${self}/channels`,
        owner: ownerLink(row.team_id, companyId, urls),
      },
    },
    id,
    name: row.name,
    is_private: false,
    is_public: row.is_public,
    custom_fields: {},
    remote_images: row.remote_images,
  }
}
