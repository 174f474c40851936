import { limits, type TranscriptLine } from '@portico/protocol'
import type { FileFacts } from '../attachments/queries.ts'
import type { Database } from '../db/database.ts'
import { type EventsAfter, targetsOfEvents } from '../events/queries.ts'
import type { TeammateRow } from '../teammates/present.ts'
import type { Position, PositionsAsked } from '../timeline/source.ts'
import type { Call, CallLeg } from './schema.ts'

type Reader = Pick<Database, 'query'>

/** Times in milliseconds. */
interface CallTimes {
  started_ms: number
  answered_ms: number | null
  ended_ms: number | null
  agent: TeammateRow | null
  agent_email: string | null
}

export interface LegRow extends CallTimes {
  id: number
  status: CallLeg['status']
  summary: string | null
  transcript_lines: number
  recordings: (FileFacts & { recording_type: 'call' | 'voicemail' })[] | null
}

export interface CallRow {
  id: number
  conversation_id: number
  channel_id: number
  contact_id: number | null
  direction: Call['direction']
  state: Call['state']
  handle: string
  name: string | null
  sort_us: number
  legs: LegRow[]
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const select = `
  select k.id, k.conversation_id, k.channel_id, k.contact_id, k.direction, k.state, k.handle, left(k.name, ${limits.name}) as name,
    (extract(epoch from k.sort_at) * 1000000)::bigint as sort_us, l.legs
  from calls k cross join lateral (
    select jsonb_agg(jsonb_build_object('id', g.id, 'status', g.status, 'started_ms', ${ms('g.started_at')},
      'answered_ms', ${ms('g.answered_at')}, 'ended_ms', ${ms('g.ended_at')}, 'agent_email', g.agent_email,
      'agent', case when t.id is not null then to_jsonb(t) end, 'summary', g.summary,
      'transcript_lines', coalesce(x.line_count, 0), 'recordings', (
        select jsonb_agg(jsonb_build_object('recording_type', r.recording_type, 'id', a.id, 'filename', a.filename,
          'content_type', a.content_type, 'sniffed_type', a.sniffed_type, 'size', a.size, 'is_inline', a.is_inline, 'cid', a.cid) order by a.id)
        from call_recordings r join attachments a on a.company_id = r.company_id and a.id = r.attachment_id
        where r.company_id = g.company_id and r.call_id = g.id)) order by g.started_at, g.id) as legs
    from calls g
    left join teammates t on t.company_id = g.company_id and t.id = g.agent_id
    left join call_transcripts x on x.company_id = g.company_id and x.call_id = g.id
    where g.company_id = k.company_id and g.root_id = k.id) l
  where k.company_id = $1 and k.root_id = k.id and k.conversation_id is not null`

/** Whole calls, by the numbers of their first legs. */
export function findCalls(db: Reader, companyId: number, ids: number[]): Promise<CallRow[]> {
  return db.query<CallRow>('find_calls', `${select} and k.id = any($2::bigint[])`, [companyId, ids])
}

/** Those of such events. */
export function findCallsOfEvents(reader: Reader, { companyId, after, limit }: EventsAfter): Promise<CallRow[]> {
  return reader.query<CallRow>('find_calls_of_events', `${select} and k.id = any(${targetsOfEvents('call')})`, [
    companyId,
    after,
    limit,
  ])
}

/** The call that a leg is part of. */
export async function findCallOfLeg(db: Reader, companyId: number, legId: number): Promise<CallRow | undefined> {
  const rows = await db.query<CallRow>(
    'find_call_of_leg',
    `${select} and k.id = (select g.root_id from calls g where g.company_id = $1 and g.id = $2)`,
    [companyId, legId],
  )
  return rows[0]
}

/** The transcripts of a call's legs, each a list of lines. */
export function findTranscripts(db: Reader, companyId: number, rootId: number) {
  return db.query<{ call_id: number; lines: TranscriptLine[] }>(
    'find_call_transcripts',
    `select t.call_id, t.lines from calls g join call_transcripts t on t.company_id = g.company_id and t.call_id = g.id
     where g.company_id = $1 and g.root_id = $2 order by g.started_at, g.id`,
    [companyId, rootId],
  )
}

/** Where a conversation's calls stand in its timeline. */
export function listCallPositions(
  db: Reader,
  { companyId, conversationId, behind, order, limit }: PositionsAsked,
): Promise<Position[]> {
  return db.query<Position>(
    `list_call_positions_${order}`,
    `select (extract(epoch from k.sort_at) * 1000000)::bigint as us, k.id as number from calls k
     where k.company_id = $1 and k.conversation_id = $2 and k.root_id = k.id
       and (k.sort_at, k.id) ${order === 'asc' ? '>' : '<'} ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)
     order by k.sort_at ${order}, k.id ${order} limit $5`,
    [companyId, conversationId, behind.us, behind.number, limit],
  )
}
