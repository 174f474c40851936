import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { TypeIcon } from '../channels/TypeIcon.tsx'
import { t } from '../strings/settings.ts'
import { AskAdmin, useIsAdmin } from '../teammates/admins.tsx'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { hasNamesake } from '../ui/pages/namesakes.ts'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { type ChannelType, type ChannelTypeDetails, channelTypesQuery, hasDetails, hostOf } from './queries.ts'

export function ChannelTypesPage() {
  const types = useQuery(channelTypesQuery)
  const isAdmin = useIsAdmin()
  const register = (
    <ButtonLink to="/settings/channel-types/new" kind="primary">
      <IconPlus size={16} aria-hidden />
      {t.channelTypes.register}
    </ButtonLink>
  )
  return (
    <SettingsPage
      title={t.pages.channelTypes}
      intro={t.channelTypes.intro}
      action={isAdmin && types.data?.length !== 0 && register}
    >
      {!isAdmin && <AskAdmin />}
      <Loaded query={types}>
        {(data) =>
          data.length > 0 ? (
            <Rows label={t.pages.channelTypes}>
              {data.map((type) => (
                <TypeRow key={type.uid} type={type} all={data} />
              ))}
            </Rows>
          ) : (
            <Notice
              title={t.channelTypes.empty}
              hint={isAdmin ? t.channelTypes.emptyHint : t.channelTypes.emptyForOthers}
              icon={<IconPlugConnected size={32} stroke={1.25} aria-hidden />}
            >
              {isAdmin && register}
            </Notice>
          )
        }
      </Loaded>
    </SettingsPage>
  )
}

type AnyType = ChannelType | ChannelTypeDetails

function TypeRow({ type, all }: { type: AnyType; all: AnyType[] }) {
  const isOpenable = hasDetails(type)
  const parts = isOpenable
    ? [hostOf(type.server_url), t.channelTypes.auth[type.auth_type], t.channelTypes.used(type.channels)]
    : [type.description]
  if (hasNamesake(type, all)) parts.push(t.channelTypes.registered(dueTime(type.created_at)), type.uid)
  return (
    <Row
      to={isOpenable ? `/settings/channel-types/${type.uid}` : undefined}
      icon={<TypeIcon type={type} />}
      name={type.name}
      meta={parts.filter(Boolean).join(' · ')}
    />
  )
}
