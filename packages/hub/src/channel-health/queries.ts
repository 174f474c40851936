import type { Reader } from '../db/database.ts'
import type { ChannelHealthReport, LoggedDelivery } from './schema.ts'

export interface HourRow {
  start: Date
  sent: number
  failed: number
  not_confirmed: number
  delayed: number
  latencies: number[]
}

/** The hours of a channel that have any attempt, since a time. */
export function listHourlyCounts(db: Reader, companyId: number, channelId: number, since: Date): Promise<HourRow[]> {
  return db.query<HourRow>(
    'list_channel_hours',
    `select hour as start, sent, failed, not_confirmed, delayed, latencies from channel_hours
     where company_id = $1 and channel_id = $2 and hour >= $3 order by hour`,
    [companyId, channelId, since],
  )
}

export interface NowRow {
  waiting: number
  oldest_at: Date | null
  failed: number
  not_confirmed: number
  stopped_at: Date | null
}

/** The counts of waiting and undelivered messages now. */
export async function readCurrentCounts(db: Reader, companyId: number, channelId: number): Promise<NowRow | undefined> {
  const [row] = await db.query<NowRow>(
    'channel_health_now',
    `select o.waiting, o.oldest_at, u.failed, u.not_confirmed, l.stopped_at
     from channel_delivery_states l
     cross join lateral (
       select count(*)::integer as waiting, min(m.created_at) as oldest_at
       from outbox x join messages m on m.company_id = x.company_id and m.id = x.message_id
       where x.company_id = l.company_id and x.channel_id = l.channel_id) o
     cross join lateral (
       select (count(*) filter (where d.state = 'failed'))::integer as failed,
         (count(*) filter (where d.state = 'not_confirmed'))::integer as not_confirmed
       from deliveries d
       where d.company_id = l.company_id and d.channel_id = l.channel_id and d.state in ('failed', 'not_confirmed')
         and d.dismissed_at is null) u
     where l.company_id = $1 and l.channel_id = $2`,
    [companyId, channelId],
  )
  return row
}

export interface ErrorRow {
  message_id: number
  conversation_id: number
  at: Date
  state: ChannelHealthReport['last_errors'][number]['state']
  code: string
  message: string | null
}

export function listLastErrors(db: Reader, companyId: number, channelId: number): Promise<ErrorRow[]> {
  return db.query<ErrorRow>(
    'channel_last_errors',
    `select * from (
       (select d.message_id, d.conversation_id, d.settled_at as at, d.state, d.error_code as code, d.error_message as message
        from deliveries d
        where d.company_id = $1 and d.channel_id = $2 and d.state in ('failed', 'not_confirmed') and d.error_code is not null
        order by d.message_id desc limit 10)
       union all
       (select o.message_id, o.conversation_id, coalesce(a.started_at, o.due_at), o.state, o.error_code, o.error_message
        from outbox o left join delivery_attempts a
          on a.company_id = o.company_id and a.message_id = o.message_id and a.number = o.attempts
        where o.company_id = $1 and o.channel_id = $2 and o.is_next and o.state = 'delayed' and o.error_code is not null
        order by o.due_at, o.message_id limit 10)) x
     order by at desc, message_id desc limit 10`,
    [companyId, channelId],
  )
}

export interface ClockRow {
  measured_by: ChannelHealthReport['clocks'][number]['measured_by']
  ahead_ms: number
  seen_at: Date
}

export function listClockOffsets(db: Reader, companyId: number, channelId: number): Promise<ClockRow[]> {
  return db.query<ClockRow>(
    'list_channel_clocks',
    `select measured_by, ahead_ms, seen_at from channel_clocks where company_id = $1 and channel_id = $2 order by measured_by`,
    [companyId, channelId],
  )
}

export interface FailureRow {
  code: ChannelHealthReport['token_failures'][number]['code']
  count: number
  last_at: Date
}

export function listTokenFailures(
  db: Reader,
  companyId: number,
  channelId: number,
  since: Date,
): Promise<FailureRow[]> {
  return db.query<FailureRow>(
    'list_token_failures',
    `select code, sum(failures)::bigint as count, max(last_at) as last_at from channel_token_failures
     where company_id = $1 and channel_id = $2 and hour >= $3 group by code order by last_at desc, code`,
    [companyId, channelId, since],
  )
}

export interface LogFilter {
  messageId: number | null
  state: string | null
  error: string | null
  after: Date | null
  before: Date | null
}

export interface LogRow {
  message_id: number
  conversation_id: number
  preview: string | null
  state: LoggedDelivery['state']
  settled_at: Date
  attempts: number
  status_code: number | null
  duration_ms: number | null
  error_code: string | null
  error_message: string | null
  is_dismissed: boolean
}

/** A page reads at most so many deliveries: one that finds few of them leads on to the next all the same. */
const LOG_SCAN = 5_000
/** As long as the beginning of a text. */
const PREVIEW_LENGTH = 200

/** Only a message without text is named by its files. */
const filesOfMessage = `(
  select left(string_agg(a.filename, ', ' order by a.position, a.id), ${PREVIEW_LENGTH}) from attachments a
  where a.company_id = $1 and a.owner_kind = 'message' and a.owner_id = m.message_id)`

export interface LogPage {
  rows: LogRow[]
  /** The last message that was read, whether it matched or not; null at the end. */
  last: number | null
}

/**
 * A channel's settled deliveries, newest message first. The failed and unconfirmed have an index of their own; others are read along
 * the company's messages, so many at a time.
 */
export async function readLog(
  db: Reader,
  companyId: number,
  channelId: number,
  filter: LogFilter,
  page: { beforeMessage: number | null; limit: number },
): Promise<LogPage> {
  const isUndelivered = filter.state === 'failed' || filter.state === 'not_confirmed'
  const [name, only] = isUndelivered
    ? ['channel_log_undelivered', `and d.channel_id = $2 and d.state in ('failed', 'not_confirmed')`]
    : ['channel_log', '']
  const rows = await db.query<LogRow & { is_match: boolean }>(
    name,
    `with read as materialized (
       select d.* from deliveries d
       where d.company_id = $1 and d.message_id < coalesce($3, 9223372036854775807) ${only}
         and ($10::bigint is null or d.message_id = $10)
       order by d.message_id desc limit $5),
     matches as (
       select d.* from read d
       where d.channel_id = $2 and ($6::text is null or d.state = $6)
         and ($7::text is null or strpos(lower(d.error_code), $7) > 0 or strpos(lower(d.error_message), $7) > 0)
         and ($8::timestamptz is null or d.settled_at >= $8) and ($9::timestamptz is null or d.settled_at < $9)
       order by d.message_id desc limit $4)
     select m.message_id, m.conversation_id, coalesce(nullif(x.blurb, ''), ${filesOfMessage}) as preview, m.state, m.settled_at, m.attempts, m.error_code, m.error_message,
       m.dismissed_at is not null as is_dismissed, coalesce(m.status_code, a.status_code) as status_code,
       coalesce(m.duration_ms, a.duration_ms) as duration_ms, true as is_match
     from matches m
     left join messages x on x.company_id = $1 and x.id = m.message_id
     left join lateral (
       select t.status_code, t.duration_ms from delivery_attempts t
       where t.company_id = $1 and t.message_id = m.message_id order by t.number desc limit 1) a on true
     union all
     select e.message_id, 0, null, 'sent', now(), 0, null, null, false, null, null, false
     from (select min(r.message_id) as message_id from read r having count(*) = $5) e
     order by message_id desc`,
    [
      ...[companyId, channelId, page.beforeMessage, page.limit + 1, LOG_SCAN],
      ...[filter.state, filter.error, filter.after, filter.before, filter.messageId],
    ],
  )
  const matches = rows.filter(({ is_match }) => is_match)
  if (matches.length > page.limit) {
    const kept = matches.slice(0, page.limit)
    return { rows: kept, last: kept.at(-1)?.message_id ?? null }
  }
  return { rows: matches, last: rows.find(({ is_match }) => !is_match)?.message_id ?? null }
}
