import { IconInbox, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Inbox } from '../api/types.ts'
import { channelsQuery, inboxIdOf } from '../channels/queries.ts'
import { ButtonLink } from '../forms/Button.tsx'
import { AskAdmin, useIsAdmin } from '../settings/admins.tsx'
import { Loaded } from '../settings/Loaded.tsx'
import { hasNamesake } from '../settings/namesakes.ts'
import { Row, Rows } from '../settings/Rows.tsx'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { Notice } from '../shell/Notice.tsx'
import { t } from '../strings/settings.ts'
import styles from './InboxesPage.module.css'
import { inboxesQuery } from './queries.ts'

export function InboxesPage() {
  const inboxes = useQuery(inboxesQuery)
  const isAdmin = useIsAdmin()
  const create = (
    <ButtonLink to="/settings/inboxes/new" kind="primary">
      <IconPlus size={16} aria-hidden />
      {t.inboxes.create}
    </ButtonLink>
  )
  return (
    <SettingsPage
      title={t.pages.inboxes}
      intro={t.inboxes.intro}
      action={isAdmin && inboxes.data?.length !== 0 && create}
    >
      {!isAdmin && <AskAdmin />}
      <Loaded query={inboxes}>
        {(data) =>
          data.length > 0 ? (
            <Rows label={t.pages.inboxes}>
              {data.map((inbox) => (
                <InboxRow key={inbox.id} inbox={inbox} all={data} />
              ))}
            </Rows>
          ) : (
            <Notice
              title={t.inboxes.empty}
              hint={t.inboxes.emptyHint}
              icon={<IconInbox size={32} stroke={1.25} aria-hidden />}
            >
              {isAdmin && create}
            </Notice>
          )
        }
      </Loaded>
    </SettingsPage>
  )
}

function InboxRow({ inbox, all }: { inbox: Inbox; all: Inbox[] }) {
  const { data: channels = [] } = useQuery(channelsQuery)
  const count = channels.filter((channel) => inboxIdOf(channel) === inbox.id).length
  const access = inbox.is_public ? t.inboxes.everybody : t.inboxes.some
  return (
    <Row
      to={`/settings/inboxes/${inbox.id}`}
      icon={
        <span className={styles.icon}>
          <IconInbox size={16} aria-hidden />
        </span>
      }
      name={inbox.name}
      meta={[access, t.inboxes.counted(count), hasNamesake(inbox, all) && inbox.id].filter(Boolean).join(' · ')}
    />
  )
}
