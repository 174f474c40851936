import { type QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Me, Preferences } from '../api/types.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await request('GET', '/me/teammate', { signal })).body,
  staleTime: Number.POSITIVE_INFINITY,
})

export const companyQuery = queryOptions({
  queryKey: ['company'],
  queryFn: async ({ signal }) => (await request('GET', '/me', { signal })).body,
  staleTime: Number.POSITIVE_INFINITY,
})

export function myId(queryClient: QueryClient): string {
  return queryClient.getQueryData(meQuery.queryKey)?.id ?? ''
}

/** The teammate who is signed in. Only below the session guard. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

export async function setPreferences(preferences: Preferences): Promise<void> {
  await request('PATCH', '/me/teammate', { body: { preferences } })
}

/** Ends the session and everything this tab remembers of it. */
export async function signOut(): Promise<void> {
  await request('POST', '/sign_out')
  window.location.assign('/app/sign-in')
}
