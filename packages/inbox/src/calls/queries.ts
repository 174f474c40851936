import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Call } from '../api/types.ts'

type Leg = Call['legs'][number]

/** The transcript of a leg; requested again when its length changes. */
export function transcriptQuery({ id, transcript_lines }: Pick<Leg, 'id' | 'transcript_lines'>) {
  return queryOptions({
    queryKey: ['call_transcript', id, transcript_lines],
    queryFn: async ({ signal }) => {
      const { body } = await request('GET', `/calls/${id}/transcript`, { signal })
      return body.lines.filter(({ leg_id }) => leg_id === id)
    },
    staleTime: 60_000,
  })
}
