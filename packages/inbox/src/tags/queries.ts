import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Tag } from '../api/types.ts'

/** All tags, by their names. A page of the hub has 100. */
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  async queryFn({ signal }) {
    const all: Tag[] = []
    for (let page_token: string | undefined; ; ) {
      const { body } = await request('GET', '/tags', { query: { limit: 100, page_token }, signal })
      all.push(...body._results)
      const next = body._pagination?.next
      if (!next) return all.sort((one, other) => one.name.localeCompare(other.name))
      page_token = new URL(next).searchParams.get('page_token') ?? undefined
    }
  },
  staleTime: 5 * 60_000,
  // tagging must work without a connection
  gcTime: Number.POSITIVE_INFINITY,
})
