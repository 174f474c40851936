import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Conversation } from '../api/types.ts'

export function contactQuery(id: string) {
  return queryOptions({
    queryKey: ['contact', id],
    queryFn: async ({ signal }) => (await request('GET', `/contacts/${id}`, { signal })).body,
    staleTime: 60_000,
  })
}

/** The contact of a conversation, from the link of Front's Recipient resource. */
export function contactIdOf({ recipient }: Pick<Conversation, 'recipient'>): string | undefined {
  return recipient?._links.related.contact?.split('/').at(-1)
}
