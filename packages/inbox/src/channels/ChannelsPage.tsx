import { IconInbox, IconMessages, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Channel, Inbox } from '../api/types.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { AskAdmin, useIsAdmin } from '../teammates/admins.tsx'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { Rows } from '../ui/pages/Rows.tsx'
import styles from '../ui/pages/rows.module.css'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { ChannelRow } from './ChannelRow.tsx'
import { channelsQuery, inboxIdOf } from './queries.ts'

/** All channels, by the inbox they bring messages into. */
export function ChannelsPage() {
  const channels = useQuery(channelsQuery)
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  const isAdmin = useIsAdmin()
  const add = (
    <ButtonLink to="/settings/channels/new" kind="primary">
      <IconPlus size={16} aria-hidden />
      {t.channels.add}
    </ButtonLink>
  )
  return (
    <SettingsPage
      title={t.pages.channels}
      intro={t.channels.intro}
      action={isAdmin && channels.data?.length !== 0 && add}
    >
      {!isAdmin && <AskAdmin />}
      <Loaded query={channels}>
        {(data) =>
          data.length > 0 ? (
            inboxes.map((inbox) => <InboxGroup key={inbox.id} inbox={inbox} channels={data} />)
          ) : (
            <Notice
              title={t.channels.empty}
              hint={isAdmin ? t.channels.emptyHint : t.channels.emptyForOthers}
              icon={<IconMessages size={32} stroke={1.25} aria-hidden />}
            >
              {isAdmin && add}
            </Notice>
          )
        }
      </Loaded>
    </SettingsPage>
  )
}

function InboxGroup({ inbox, channels }: { inbox: Inbox; channels: Channel[] }) {
  const inside = channels.filter((channel) => inboxIdOf(channel) === inbox.id)
  return (
    <section className={styles.group}>
      <h2 className={styles.groupName}>
        <IconInbox size={16} aria-hidden />
        <bdi>{inbox.name}</bdi>
      </h2>
      {inside.length > 0 ? (
        <Rows label={inbox.name}>
          {inside.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} />
          ))}
        </Rows>
      ) : (
        <p className={styles.none}>{t.channels.emptyInbox}</p>
      )}
    </section>
  )
}
