import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { ChannelStatus } from '../channels/ChannelStatus.tsx'
import { channelsQuery } from '../channels/queries.ts'
import { TypeIcon } from '../channels/TypeIcon.tsx'
import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { Button } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { Chart } from './Chart.tsx'
import { Credentials } from './Credentials.tsx'
import { DeliveryLog } from './DeliveryLog.tsx'
import styles from './health.module.css'
import { type Period, type Report, reportQuery, setStopped } from './queries.ts'
import { Replay } from './Replay.tsx'
import { Tiles } from './Tiles.tsx'

/** How a channel has been doing, and what can be done about it. */
export function HealthPage() {
  const channels = useQuery(channelsQuery)
  const { channelId } = useParams({ strict: false })
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <Loaded query={channels} skeleton={<PageSkeleton />}>
      {(data) => {
        const channel = data.find(({ id }) => id === channelId)
        if (!channel) return <Notice level="h1" title={t.channels.goneTitle} hint={t.channels.gone} />
        return <Health key={channel.id} channel={channel} />
      }}
    </Loaded>
  )
}

function Health({ channel }: { channel: Channel }) {
  const [period, setPeriod] = useState<Period>('24h')
  const report = useQuery(reportQuery(channel.id, period))
  return (
    <SettingsPage
      title={texts.title(channel.name)}
      intro={channel.channel_type.name}
      icon={<TypeIcon type={channel.channel_type} size={40} />}
      back={{ to: `/settings/channels/${channel.id}`, name: channel.name }}
    >
      <ChannelStatus channel={channel} />
      <Periods period={period} onChoose={setPeriod} />
      <Loaded query={report}>
        {(data) => (
          <>
            <Tiles report={data} />
            <Section title={texts.chart} hint={texts.retention}>
              <Chart report={data} />
            </Section>
            <Stop channel={channel} report={data} />
            <LastErrors errors={data.last_errors} />
            <Replay channelId={channel.id} />
            <DeliveryLog channelId={channel.id} />
            <Credentials report={data} />
          </>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function Periods({ period, onChoose }: { period: Period; onChoose: (period: Period) => void }) {
  return (
    <fieldset aria-label={texts.period} className={styles.periods}>
      {(['24h', '30d'] as const).map((one) => (
        <Button key={one} aria-pressed={period === one} onClick={() => onChoose(one)}>
          {texts.periods[one]}
        </Button>
      ))}
    </fieldset>
  )
}

function Stop({ channel, report }: { channel: Channel; report: Report }) {
  const queryClient = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const isStopped = report.stopped_at !== null
  const change = async () => {
    setBusy(true)
    try {
      await setStopped(channel.id, !isStopped)
      await queryClient.invalidateQueries({ queryKey: ['channel-health', channel.id] })
    } catch (error) {
      toast((error as Error).message, { tone: 'danger' })
    }
    setBusy(false)
  }
  return (
    <div className={styles.stop}>
      <Button kind={isStopped ? 'primary' : 'plain'} isBusy={isBusy} onClick={() => void change()}>
        {isStopped ? texts.start : texts.stop}
      </Button>
      <p>{report.stopped_at === null ? texts.stopHint : texts.stopped(dueTime(report.stopped_at))}</p>
    </div>
  )
}

function LastErrors({ errors }: { errors: Report['last_errors'] }) {
  return (
    <Section title={texts.errors}>
      {errors.length === 0 && <p className={styles.none}>{texts.noErrors}</p>}
      <ul className={styles.errors}>
        {errors.map((error) => (
          <li key={`${error.message_id} ${error.at}`}>
            <span className={styles.state} data-state={error.state}>
              {texts.states[error.state]}
            </span>{' '}
            {error.message || error.code} <span className={styles.quiet}>{dueTime(error.at)}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
