import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { ChannelType } from '../api/types.ts'

export type { ChannelType }

export type AuthType = ChannelTypeDetails['auth_type']

/** A channel type as admins see it. */
export type ChannelTypeDetails = Required<ChannelType>

export const channelTypesQuery = queryOptions({
  queryKey: ['channel-types'],
  meta: { isForAdmins: true },
  queryFn: async ({ signal }) => (await request('GET', '/channel_types', { signal })).body._results,
  staleTime: 10_000,
})

/** True for a type that was read as an admin. */
export function hasDetails(type: ChannelType | ChannelTypeDetails): type is ChannelTypeDetails {
  return 'server_url' in type
}

/** The server's host, as it is shown. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
