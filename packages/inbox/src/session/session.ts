import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
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

const Context = createContext<Me | null>(null)

export const MeProvider = Context.Provider

/** The id of the signed-in teammate; only for use below the shell. It does not subscribe, because every row and message calls it. */
export function useMe(): Me {
  const me = useContext(Context)
  if (!me) throw new Error('useMe needs a MeProvider above it')
  return me
}

export async function setPreferences(preferences: Preferences): Promise<void> {
  await request('PATCH', '/me/teammate', { body: { preferences } })
}

/** Ends the session and clears this tab's cache. */
export async function signOut(): Promise<void> {
  await request('POST', '/sign_out')
  window.location.assign('/app/sign-in')
}
