import type { AnswerOf } from '@portico/protocol/operations'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export type Report = AnswerOf<'GET', `/channels/${string}/health_report`>
export type Period = Report['period']
export type LoggedDelivery = AnswerOf<'GET', `/channels/${string}/deliveries`>['_results'][number]

export interface LogFilter {
  state?: 'sent' | 'failed' | 'not_confirmed' | 'cancelled'
  error?: string
  message_id?: string
  after?: string
  before?: string
}

export const reportQuery = (channelId: string, period: Period) =>
  queryOptions({
    queryKey: ['channel-health', channelId, 'report', period],
    queryFn: async ({ signal }) =>
      (await request('GET', `/channels/${channelId}/health_report`, { query: { period }, signal })).body as Report,
    staleTime: 5_000,
  })

/** The settled deliveries of a channel, page by page. */
export const logQuery = (channelId: string, filter: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ['channel-health', channelId, 'log', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, page_token: pageParam }
      return (await request('GET', `/channels/${channelId}/deliveries`, { query, signal })).body
    },
    getNextPageParam: ({ _pagination }) =>
      URL.parse(_pagination?.next ?? '')?.searchParams.get('page_token') ?? undefined,
    staleTime: 5_000,
  })

/** The failed and unconfirmed deliveries that nobody has dismissed, newest first. */
export const undeliveredQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['channel-health', channelId, 'undelivered'],
    queryFn: async ({ signal }) => {
      const read = async (state: 'failed' | 'not_confirmed') =>
        (await request('GET', `/channels/${channelId}/deliveries`, { query: { state, limit: 100 }, signal })).body
          ._results
      const [failed, unconfirmed] = await Promise.all([read('failed'), read('not_confirmed')])
      const open = [...failed, ...unconfirmed].filter((delivery) => !delivery.is_dismissed)
      return open.sort((a, b) => b.settled_at - a.settled_at)
    },
    staleTime: 5_000,
  })

export async function replay(channelId: string, messageIds: string[]) {
  return (await request('POST', `/channels/${channelId}/deliveries/replay`, { body: { message_ids: messageIds } })).body
}

export async function setStopped(channelId: string, isStopped: boolean): Promise<void> {
  await request('POST', `/channels/${channelId}/deliveries/${isStopped ? 'stop' : 'start'}`)
}
