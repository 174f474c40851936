import { IconAlertTriangle, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { channelHealthEn } from '../strings/channel-health.en.ts'
import { dueTime } from '../ui/time/formats.ts'
import styles from './TroubleBanner.module.css'
import { dismissTroubles, type Trouble, troublesQuery, useUndismissed } from './troubles.ts'

const texts = channelHealthEn.troubles

/** Tells admins on every page of a channel in trouble, until that is over or dismissed. */
export function TroubleBanner() {
  const { data = [] } = useQuery(troublesQuery)
  const told = useUndismissed(data)
  const [first] = told
  return (
    <section aria-label={texts.label} aria-live="polite">
      {first && (
        <div className={styles.banner}>
          <IconAlertTriangle size={16} aria-hidden />
          <div className={styles.words}>
            <p>{told.length === 1 ? textOf(first) : texts.many(told.map(({ channel_name }) => channel_name))}</p>
            <WayOut troubles={told} />
          </div>
          <button type="button" aria-label={texts.dismiss} title={texts.dismiss} onClick={() => dismissTroubles(told)}>
            <IconX size={16} aria-hidden />
          </button>
        </div>
      )}
    </section>
  )
}

function textOf({ kind, channel_name: name, since, reason }: Trouble): string {
  switch (kind) {
    case 'authorization_ended':
      return texts.authorizationEnded(name)
    case 'failing':
      return texts.failing(name, reason?.replace(/\.$/, '') ?? null)
    case 'offline':
      return texts.offline(name)
    case 'backlog':
      return texts.backlog(name, dueTime(since ?? 0))
  }
}

function WayOut({ troubles: [first, ...others] }: { troubles: Trouble[] }) {
  if (!first || others.length > 0) return <Link to={'/settings/channels' as string}>{texts.toChannels}</Link>
  const page = `/settings/channels/${first.channel_id}`
  if (first.kind === 'authorization_ended') return <Link to={page as string}>{texts.authorize}</Link>
  return <Link to={`${page}/health` as string}>{texts.toHealth}</Link>
}
