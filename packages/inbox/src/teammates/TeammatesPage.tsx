import { IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Teammate } from '../api/types.ts'
import { useMe } from '../session/session.ts'
import { t } from '../strings/settings.ts'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { Badge, Row, Rows } from '../ui/pages/Rows.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { AskAdmin } from './admins.tsx'
import { PendingInvitations } from './PendingInvitations.tsx'
import { nameOf, teammatesQuery } from './queries.ts'
import { RightsMenu } from './RightsMenu.tsx'
import { TeammateAvatar } from './TeammateAvatar.tsx'

export function TeammatesPage() {
  const teammates = useQuery(teammatesQuery)
  const me = useMe()
  const invite = (
    <ButtonLink to="/settings/teammates/invite" kind="primary">
      <IconUserPlus size={16} aria-hidden />
      {t.teammates.invite}
    </ButtonLink>
  )
  return (
    <SettingsPage title={t.pages.teammates} intro={t.teammates.intro} action={me.is_admin && invite}>
      {!me.is_admin && <AskAdmin />}
      <Loaded query={teammates}>
        {(data) => (
          <>
            <Rows label={t.pages.teammates}>
              {data.map((teammate) => (
                <TeammateRow key={teammate.id} teammate={teammate} me={me} />
              ))}
            </Rows>
            {data.length === 1 && me.is_admin && (
              <Notice title={t.teammates.lonely} hint={t.teammates.lonelyHint}>
                {null}
              </Notice>
            )}
          </>
        )}
      </Loaded>
      {me.is_admin && <PendingInvitations />}
    </SettingsPage>
  )
}

function TeammateRow({ teammate, me }: { teammate: Teammate; me: Teammate }) {
  const isMe = teammate.id === me.id
  return (
    <Row
      icon={<TeammateAvatar teammate={teammate} />}
      name={nameOf(teammate)}
      badges={
        <>
          {isMe && <Badge>{t.teammates.you}</Badge>}
          {teammate.is_admin && <Badge tone="accent">{t.teammates.admin}</Badge>}
          {teammate.is_blocked && <Badge tone="danger">{t.teammates.blocked}</Badge>}
        </>
      }
      meta={teammate.email}
      end={me.is_admin && <RightsMenu teammate={teammate} isMe={isMe} />}
    />
  )
}
