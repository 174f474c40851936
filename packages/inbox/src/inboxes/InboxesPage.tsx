import { IconInbox, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Inbox } from '../api/types.ts'
import { channelsQuery, inboxIdOf } from '../channels/queries.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { AskAdmin, useIsAdmin } from '../teammates/admins.tsx'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { hasNamesake } from '../ui/pages/namesakes.ts'
import styles from '../ui/pages/RowIcon.module.css'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'

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
              hint={isAdmin ? t.inboxes.emptyHint : t.inboxes.emptyForOthers}
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
  const { data: channels } = useQuery(channelsQuery)
  const count = channels?.filter((channel) => inboxIdOf(channel) === inbox.id).length
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
      meta={[access, count !== undefined && t.inboxes.counted(count), hasNamesake(inbox, all) && inbox.id]
        .filter(Boolean)
        .join(' · ')}
    />
  )
}
