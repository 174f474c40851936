import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export interface ApiToken {
  id: string
  name: string
  /** The first characters of the token. */
  hint: string
  created_at: number
}

/** The response with the token, which is returned only here. */
export interface IssuedApiToken {
  id: string
  name: string
  token: string
}

export const apiTokensQuery = queryOptions({
  queryKey: ['api-tokens'],
  meta: { isForAdmins: true },
  queryFn: async ({ signal }) => (await request('GET', '/api_tokens', { signal })).body._results,
  staleTime: 10_000,
  // no event reports a change
  refetchOnWindowFocus: true,
})

export async function createApiToken(queryClient: QueryClient, name: string): Promise<IssuedApiToken> {
  const { body } = await request('POST', '/api_tokens', { body: { name } })
  void queryClient.invalidateQueries({ queryKey: apiTokensQuery.queryKey })
  return body
}

export async function revokeApiToken(queryClient: QueryClient, id: string): Promise<void> {
  await request('DELETE', `/api_tokens/${id}`)
  queryClient.setQueryData(apiTokensQuery.queryKey, (all) => all?.filter((token) => token.id !== id))
}
