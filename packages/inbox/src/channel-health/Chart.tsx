import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import styles from './health.module.css'
import type { Report } from './queries.ts'

const states = ['sent', 'delayed', 'not_confirmed', 'failed'] as const
const height = 100

/** The attempts of each hour or day as stacked bars; a table says the same to a screen reader. */
export function Chart({ report }: { report: Report }) {
  const { buckets, period } = report
  const totals = buckets.map((bucket) => states.reduce((total, state) => total + bucket[state], 0))
  const most = Math.max(...totals)
  const label = labelOf(period)
  if (most === 0) return <p className={styles.none}>{texts.chartEmpty}</p>
  const step = 100 / buckets.length
  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {buckets.map((bucket, index) => {
          let top = height
          return states.map((state) => {
            const size = (bucket[state] / most) * height
            top -= size
            if (size === 0) return null
            return (
              <rect
                key={`${bucket.start} ${state}`}
                data-state={state}
                x={index * step + step * 0.1}
                y={top}
                width={step * 0.8}
                height={size}
              >
                <title>{`${label(bucket.start)}: ${texts.states[state]} ${bucket[state]}`}</title>
              </rect>
            )
          })
        })}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        <span>{label(buckets[0]?.start ?? 0)}</span>
        <span>{label(buckets.at(-1)?.start ?? 0)}</span>
      </div>
      <figcaption className={styles.legend} aria-hidden="true">
        {states.map((state) => (
          <span key={state} data-state={state}>
            {texts.states[state]} {report.counts[state]}
          </span>
        ))}
      </figcaption>
      <table className="visually-hidden">
        <caption>{texts.chart}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.time}</th>
            {states.map((state) => (
              <th key={state} scope="col">
                {texts.states[state]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <tr key={bucket.start}>
              <th scope="row">{label(bucket.start)}</th>
              {states.map((state) => (
                <td key={state}>{bucket[state]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

function labelOf(period: Report['period']): (seconds: number) => string {
  const format = new Intl.DateTimeFormat(
    undefined,
    period === '24h' ? { hour: 'numeric', minute: '2-digit' } : { day: 'numeric', month: 'short', timeZone: 'UTC' },
  )
  return (seconds) => format.format(new Date(seconds * 1000))
}
