import { visibleName } from '@portico/protocol/visible'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Teammate } from '../api/types.ts'
import { fullName } from '../ui/pages/namesakes.ts'

export const teammatesQuery = queryOptions({
  queryKey: ['teammates'],
  queryFn: async ({ signal }) => (await request('GET', '/teammates', { signal })).body._results,
  staleTime: 5 * 60_000,
  // assigning must work without a connection
  gcTime: Number.POSITIVE_INFINITY,
})

/** The name, with the address where another has the same. */
export function nameAmong(teammate: Teammate, all: Teammate[]): string {
  const named = all.map((teammate) => ({ ...teammate, name: nameOf(teammate) }))
  const one = named.find(({ id }) => id === teammate.id)
  return one ? fullName(one, named, one.email) : nameOf(teammate)
}

export function nameOf(teammate: Pick<Teammate, 'first_name' | 'last_name' | 'email'>): string {
  return visibleName(`${teammate.first_name} ${teammate.last_name}`) ?? teammate.email
}
