import { visibleName } from '@portico/protocol/visible'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Page, Teammate } from '../api/types.ts'

export const teammatesQuery = queryOptions({
  queryKey: ['teammates'],
  queryFn: async ({ signal }) => (await request<Page<Teammate>>('GET', '/teammates', { signal })).body._results,
  staleTime: 5 * 60_000,
})

export function nameOf(teammate: Pick<Teammate, 'first_name' | 'last_name' | 'email'>): string {
  return visibleName(`${teammate.first_name} ${teammate.last_name}`) ?? teammate.email
}
