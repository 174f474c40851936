import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Tag } from '../api/types.ts'
import type { FieldErrors } from '../ui/forms/field-errors.ts'
import { tagsQuery } from './queries.ts'
import { t } from './settings-strings.ts'

export interface TagFields {
  name: string
  description: string
  highlight: NonNullable<Tag['highlight']> | 'none'
  is_visible: boolean
  /** The id of its parent, or empty. */
  parent: string
}

export const noTag: TagFields = { name: '', description: '', highlight: 'none', is_visible: true, parent: '' }

export const fieldsOf = (tag: Tag): TagFields => ({
  name: tag.name,
  description: tag.description ?? '',
  highlight: tag.highlight ?? 'none',
  is_visible: tag.is_visible_in_conversation_lists,
  parent: parentOf(tag),
})

export function parentOf({ _links }: Tag): string {
  return (
    String(_links.related.parent_tag ?? '')
      .split('/')
      .at(-1) ?? ''
  )
}

export function checkTag({ name }: TagFields): FieldErrors<TagFields> {
  return { name: !name ? t.missing.name : name.length > 64 ? t.missing.longName : undefined }
}

const bodyOf = ({ name, description, highlight, is_visible }: TagFields) => ({
  name,
  description: description || null,
  highlight: highlight === 'none' ? null : highlight,
  is_visible_in_conversation_lists: is_visible,
})

export async function createTag(queryClient: QueryClient, fields: TagFields): Promise<Tag> {
  const path = fields.parent ? (`/tags/${fields.parent}/children` as const) : '/tags'
  const { body } = await request('POST', path, { body: bodyOf(fields) })
  await queryClient.invalidateQueries({ queryKey: tagsQuery.queryKey })
  return body
}

export async function changeTag(queryClient: QueryClient, { id }: Tag, fields: TagFields): Promise<void> {
  await request('PATCH', `/tags/${id}`, { body: { ...bodyOf(fields), parent_tag_id: fields.parent || null } })
  await queryClient.invalidateQueries({ queryKey: tagsQuery.queryKey })
}

export async function deleteTag(queryClient: QueryClient, { id }: Tag): Promise<void> {
  await request('DELETE', `/tags/${id}`)
  queryClient.setQueryData(tagsQuery.queryKey, (all) => all?.filter((tag) => tag.id !== id))
}

/** The tags that can be its parent: neither itself nor one below it. */
export function possibleParents(all: Tag[], tag: Tag | undefined): Tag[] {
  if (!tag) return all
  const below = new Set([tag.id])
  for (let size = 0; size !== below.size; ) {
    size = below.size
    for (const other of all) if (below.has(parentOf(other))) below.add(other.id)
  }
  return all.filter(({ id }) => !below.has(id))
}
