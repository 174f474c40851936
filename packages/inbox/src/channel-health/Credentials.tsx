import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import { t } from '../strings/settings.ts'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { clockOf, clockText } from './clock.ts'
import styles from './health.module.css'
import type { Report } from './queries.ts'

/** What proves the two sides to each other: the clock of the channel's server, its tokens, the secrets of its type. */
export function Credentials({ report }: { report: Report }) {
  return (
    <>
      <Clock report={report} />
      <TokenFailures report={report} />
      <SecretsInUse report={report} />
    </>
  )
}

function Clock({ report }: { report: Report }) {
  const found = clockOf(report)
  return (
    <Section title={texts.clock}>
      <p className={styles.clock} data-state={found.state}>
        {clockText(found, dueTime)}
      </p>
    </Section>
  )
}

function TokenFailures({ report: { token_failures: failures } }: { report: Report }) {
  return (
    <Section title={texts.tokens} hint={texts.tokensHint}>
      {failures.length === 0 && <p className={styles.none}>{texts.noTokenFailures}</p>}
      {failures.length > 0 && (
        <ul className={styles.errors}>
          {failures.map(({ code, count, last_at }) => (
            <li key={code} className={styles.text}>
              <span>
                <strong>{texts.tokenFailures[code].what}</strong>{' '}
                <span className={styles.quiet}>
                  {[texts.times(count), texts.last(dueTime(last_at)), code].join(' · ')}
                </span>
              </span>
              <span>{texts.tokenFailures[code].fix}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function SecretsInUse({ report }: { report: Report }) {
  return (
    <Section title={texts.secrets} hint={texts.toSecrets}>
      <ul className={styles.errors}>
        {report.secrets.map(({ state, created_at, expires_at, last_verified_at, last_signed_at }) => (
          <li key={created_at} className={styles.text}>
            <span>
              <strong>{texts.secretStates[state]}</strong>, {texts.secretAge(dueTime(created_at))}
              {expires_at !== null && `, ${texts.secretEnds(dueTime(expires_at))}`}
            </span>
            <span className={styles.quiet}>
              {t.channelTypes.lastVerified(last_verified_at === null ? null : dueTime(last_verified_at))}
              {state === 'current' &&
                ` · ${t.channelTypes.lastSigned(last_signed_at === null ? null : dueTime(last_signed_at))}`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
