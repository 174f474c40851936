import { IconCircleCheck } from '@tabler/icons-react'
import type { Channel, Inbox } from '../api/types.ts'
import { inboxIdOf } from '../channels/queries.ts'
import { t } from '../strings/settings.ts'
import { Button, ButtonLink, Buttons } from '../ui/forms/Button.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import styles from './ChannelAdded.module.css'

interface ChannelAddedProps {
  channel: Channel
  inboxes: Inbox[]
  /** Absent after a way that cannot simply be gone again. */
  onAnother?: () => void
}

/** The page after a channel was added: what that means, and the next steps. */
export function ChannelAdded({ channel, inboxes, onAnother }: ChannelAddedProps) {
  const inbox = inboxes.find((inbox) => inbox.id === inboxIdOf(channel))
  const inboxName = inbox?.name ?? t.channels.inbox
  return (
    <SettingsPage
      title={t.addChannel.doneTitle(channel.name)}
      intro={t.addChannel.done(inboxName)}
      icon={<IconCircleCheck size={36} stroke={1.5} aria-hidden className={styles.check} />}
      back={{ to: '/settings/channels', name: t.pages.channels }}
    >
      <Buttons>
        <ButtonLink to={`/inboxes/${inboxIdOf(channel)}`} kind="primary">
          {t.addChannel.toInbox(inboxName)}
        </ButtonLink>
        <ButtonLink to={`/settings/channels/${channel.id}`}>{t.addChannel.toChannel}</ButtonLink>
        {onAnother && (
          <Button kind="quiet" onClick={onAnother}>
            {t.addChannel.another}
          </Button>
        )}
      </Buttons>
      <Section title={t.addChannel.forBuilder}>
        <CopyField label={t.channels.id} value={channel.id} />
        {channel.webhook_url && <CopyField label={t.channels.webhook} value={channel.webhook_url} />}
      </Section>
    </SettingsPage>
  )
}
