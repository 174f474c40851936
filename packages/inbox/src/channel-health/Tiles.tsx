import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import { dueTime } from '../ui/time/formats.ts'
import styles from './health.module.css'
import type { Report } from './queries.ts'

/** The figures of a report. */
export function Tiles({ report }: { report: Report }) {
  const { counts, success_rate, latency, backlog, undelivered } = report
  const settled = counts.sent + counts.failed + counts.not_confirmed
  const bound = (ms: number | null) => (ms === null ? texts.above : texts.below(ms))
  const hasLatency = latency.median_below_ms !== null
  return (
    <dl className={styles.tiles}>
      <Tile
        name={texts.success}
        value={success_rate === null ? '–' : percent(success_rate)}
        hint={success_rate === null ? texts.nothingSent : texts.successHint(settled)}
      />
      <Tile
        name={texts.latency}
        value={hasLatency ? bound(latency.median_below_ms) : '–'}
        hint={hasLatency ? texts.latencyHint(bound(latency.p95_below_ms)) : ''}
      />
      <Tile
        name={texts.backlog}
        value={String(backlog.waiting)}
        hint={backlog.oldest_at === null ? '' : texts.backlogHint(dueTime(backlog.oldest_at))}
      />
      <Tile
        name={texts.undelivered}
        value={String(undelivered.failed + undelivered.not_confirmed)}
        hint={texts.undeliveredHint(undelivered.failed, undelivered.not_confirmed)}
      />
    </dl>
  )
}

/** Never rounded up to 100 % when something failed. */
function percent(share: number): string {
  const floored = Math.floor(share * 1000) / 1000
  return new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 }).format(floored)
}

function Tile({ name, value, hint }: { name: string; value: string; hint: string }) {
  return (
    <div className={styles.tile}>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span>{hint}</span>
      </dd>
    </div>
  )
}
