import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { ChannelTypeSummary, Page } from '../api/types.ts'

export type AuthType = 'none' | 'api_key' | 'bearer' | 'basic'

/** A channel type as everybody sees it. */
export interface ChannelType extends ChannelTypeSummary {
  description: string
  created_at: number
}

/** As admins see it. */
export interface ChannelTypeDetails extends ChannelType {
  server_url: string
  auth_type: AuthType
  wants_delete: boolean
  wants_message_imported: boolean
  idempotent: boolean
  single_use_tokens: boolean
  max_in_flight: number
  numeric_alias: number | null
  /** Newest first. */
  secrets: { state: 'new' | 'current' | 'previous'; created_at: number; expires_at: number | null }[]
}

export const channelTypesQuery = queryOptions({
  queryKey: ['channel-types'],
  queryFn: async ({ signal }) =>
    (await request<Page<ChannelType | ChannelTypeDetails>>('GET', '/channel_types', { signal })).body._results,
  staleTime: 10_000,
})

/** True for a type that was read as an admin. */
export function hasDetails(type: ChannelType | ChannelTypeDetails): type is ChannelTypeDetails {
  return 'server_url' in type
}

/** The server's name as people say it. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
