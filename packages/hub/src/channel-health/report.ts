import { publicId } from '@portico/protocol'
import { secretsOf } from '../channel-types/present.ts'
import type { ChannelTypeRow } from '../channel-types/queries.ts'
import type { ClockRow, ErrorRow, FailureRow, HourRow, NowRow } from './queries.ts'
import type { ChannelHealthReport } from './schema.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** The bounds of latencies in `channel_hours`; the last is the deadline of a call. */
const bounds = [100, 300, 1_000, 3_000, 7_000]

export type Period = ChannelHealthReport['period']

/** The start of a period: 24 hours, or 30 days in UTC, the current one included. */
export function startOf(period: Period, now: number): Date {
  const [step, count] = stepsOf(period)
  return new Date(Math.floor(now / step) * step - (count - 1) * step)
}

function stepsOf(period: Period): [number, number] {
  return period === '24h' ? [hourMs, 24] : [dayMs, 30]
}

const nothing = { sent: 0, failed: 0, not_confirmed: 0, delayed: 0 }
type Counts = typeof nothing

interface Read {
  companyId: number
  period: Period
  now: number
  hours: HourRow[]
  current: NowRow
  errors: ErrorRow[]
  clocks: ClockRow[]
  failures: FailureRow[]
  secrets: ChannelTypeRow['secrets']
}

export function healthReport(read: Read): ChannelHealthReport {
  const { companyId, period, now, hours, current, errors } = read
  const counts = hours.reduce<Counts>(sum, nothing)
  const settled = counts.sent + counts.failed + counts.not_confirmed
  return {
    period,
    counts,
    success_rate: settled === 0 ? null : counts.sent / settled,
    latency: latencyOf(hours),
    buckets: bucketsOf(period, now, hours),
    backlog: { waiting: current.waiting, oldest_at: seconds(current.oldest_at) },
    undelivered: { failed: current.failed, not_confirmed: current.not_confirmed },
    stopped_at: seconds(current.stopped_at),
    last_errors: errors.map((row) => ({
      message_id: publicId('msg', companyId, row.message_id),
      conversation_id: publicId('cnv', companyId, row.conversation_id),
      at: row.at.getTime() / 1000,
      state: row.state,
      code: row.code,
      message: row.message ?? '',
    })),
    clocks: read.clocks.map(({ measured_by, ahead_ms, seen_at }) => {
      return { measured_by, ahead_seconds: ahead_ms / 1000, at: seen_at.getTime() / 1000 }
    }),
    token_failures: read.failures.map(({ code, count, last_at }) => ({
      code,
      count,
      last_at: last_at.getTime() / 1000,
    })),
    secrets: secretsOf(read),
  }
}

function sum(total: Counts, row: Counts): Counts {
  return {
    sent: total.sent + row.sent,
    failed: total.failed + row.failed,
    not_confirmed: total.not_confirmed + row.not_confirmed,
    delayed: total.delayed + row.delayed,
  }
}

function bucketsOf(period: Period, now: number, hours: HourRow[]): ChannelHealthReport['buckets'] {
  const [step, count] = stepsOf(period)
  const first = startOf(period, now).getTime()
  const byStart = Map.groupBy(hours, ({ start }) => Math.floor(start.getTime() / step) * step)
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * step
    return { start: start / 1000, ...(byStart.get(start) ?? []).reduce<Counts>(sum, nothing) }
  })
}

function latencyOf(hours: HourRow[]): ChannelHealthReport['latency'] {
  const totals = bounds.map((_, index) => hours.reduce((total, { latencies }) => total + (latencies[index] ?? 0), 0))
  const all = totals.reduce((total, count) => total + count, 0)
  const below = (share: number) => {
    const index = totals.findIndex((_, last) => {
      const within = totals.slice(0, last + 1).reduce((total, count) => total + count, 0)
      return within >= all * share
    })
    return all === 0 ? null : (bounds[index] ?? null)
  }
  return { median_below_ms: below(0.5), p95_below_ms: below(0.95) }
}

function seconds(time: Date | null): number | null {
  return time && time.getTime() / 1000
}
