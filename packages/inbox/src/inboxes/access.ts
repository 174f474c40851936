import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Inbox } from '../api/types.ts'
import { inboxesQuery, inboxTeammatesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import type { FieldErrors } from '../ui/forms/field-errors.ts'

export interface InboxFields {
  name: string
  access: 'everybody' | 'some'
  teammate_ids: string[]
  remote_images: Inbox['remote_images']
}

export function checkInbox({ name, access, teammate_ids }: InboxFields): FieldErrors<InboxFields> {
  const texts = t.inboxes.missing
  return {
    name: !name ? texts.name : name.length > 120 ? texts.longName : undefined,
    teammate_ids: access === 'some' && teammate_ids.length === 0 ? texts.members : undefined,
  }
}

export async function createInbox(queryClient: QueryClient, fields: InboxFields): Promise<Inbox> {
  const { name, access, teammate_ids, remote_images } = fields
  const isPublic = access === 'everybody'
  const body = { name, is_public: isPublic, ...(!isPublic && { teammate_ids }) }
  const { body: inbox } = await request('POST', '/inboxes', { body })
  if (remote_images !== inbox.remote_images) await request('PATCH', `/inboxes/${inbox.id}`, { body: { remote_images } })
  await queryClient.invalidateQueries({ queryKey: inboxesQuery.queryKey })
  return inbox
}

/**
 * Saves name, access and what is shown. Access is given before it is taken, so that the inbox is never without anybody, and its
 * conversations stay assigned to who keeps it.
 */
export async function changeInbox(
  queryClient: QueryClient,
  inbox: Inbox,
  members: string[],
  { name, access, teammate_ids, remote_images }: InboxFields,
): Promise<void> {
  const isPublic = access === 'everybody'
  const url = `/inboxes/${inbox.id}` as const
  // the hub gives a private inbox to the admin who made it, even if not chosen
  const { added, removed } = differenceOf(inbox.is_public ? [] : members, isPublic ? [] : teammate_ids)
  if (!isPublic && added.length > 0) await request('POST', `${url}/teammates`, { body: { teammate_ids: added } })
  await request('PATCH', url, {
    body: {
      ...(name !== inbox.name && { name }),
      ...(isPublic !== inbox.is_public && { is_public: isPublic }),
      ...(remote_images !== inbox.remote_images && { remote_images }),
    },
  })
  if (!isPublic) {
    const extra = inbox.is_public ? await unchosen(queryClient, inbox.id, teammate_ids) : removed
    if (extra.length > 0) await request('DELETE', `${url}/teammates`, { body: { teammate_ids: extra } })
  }
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: inboxesQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: ['inbox-teammates', inbox.id] }),
  ])
}

async function unchosen(queryClient: QueryClient, inboxId: string, chosen: string[]): Promise<string[]> {
  const now = await queryClient.fetchQuery({ ...inboxTeammatesQuery(inboxId), staleTime: 0 })
  return now.map((teammate) => teammate.id).filter((id) => !chosen.includes(id))
}

export function differenceOf(before: string[], after: string[]): { added: string[]; removed: string[] } {
  return {
    added: after.filter((id) => !before.includes(id)),
    removed: before.filter((id) => !after.includes(id)),
  }
}
