import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import { ownerLink } from '../inboxes/owner.ts'
import type { Tag } from './schema.ts'

export interface TagRow {
  id: number
  team_id: number | null
  name: string
  description: string | null
  highlight: Tag['highlight']
  is_visible_in_conversation_lists: boolean
  parent_id: number | null
  has_children: boolean
  /** Seconds. */
  created_at: number
  updated_at: number
}

export function tagResource(row: TagRow, companyId: number, urls: Urls): Tag {
  const { team_id, name, description, highlight, is_visible_in_conversation_lists, parent_id } = row
  const id = publicId('tag', companyId, row.id)
  const self = urls.of('tags', id)
  return {
    _links: {
      self,
      related: {
        conversations: `${self}/conversations`,
        owner: team_id === null ? null : ownerLink(team_id, companyId, urls),
        parent_tag: parent_id === null ? null : urls.of('tags', publicId('tag', companyId, parent_id)),
        children: row.has_children ? `${self}/children` : null,
      },
    },
    ...{ id, name, description, highlight, is_private: false, is_visible_in_conversation_lists },
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}
