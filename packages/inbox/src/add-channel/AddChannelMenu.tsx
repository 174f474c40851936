import { IconInbox, IconPlugConnected, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import {
  type ChannelType,
  type ChannelTypeDetails,
  channelTypesQuery,
  hasDetails,
  hostOf,
} from '../channel-types/queries.ts'
import { TypeIcon } from '../channels/TypeIcon.tsx'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { hasNamesake } from '../ui/pages/namesakes.ts'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'

const texts = t.addChannel.custom

/** The choice of a channel type. */
export function AddChannelMenu() {
  const types = useQuery(channelTypesQuery)
  const { data: inboxes } = useQuery(inboxesQuery)
  const { inbox } = useSearch({ strict: false }) as { inbox?: string }
  if (!useIsAdmin()) return <AdminsOnly />
  if (inboxes?.length === 0) return <NoInbox />
  return (
    <SettingsPage
      title={t.addChannel.title}
      intro={types.data?.every(({ is_custom }) => is_custom) ? undefined : t.addChannel.intro}
      back={{ to: '/settings/channels', name: t.pages.channels }}
    >
      <Loaded query={types}>
        {(all) => {
          const data = all.filter(({ is_custom }) => !is_custom)
          return data.length > 0 ? (
            <Rows label={t.pages.channelTypes}>
              {data.map((type) => (
                <Row
                  key={type.uid}
                  to={`/settings/channels/new/${type.uid}`}
                  search={inbox ? { inbox } : undefined}
                  icon={<TypeIcon type={type} size={40} />}
                  name={type.name}
                  meta={describe(type, data)}
                />
              ))}
            </Rows>
          ) : (
            <Notice
              title={t.addChannel.none}
              hint={t.addChannel.noneHint}
              icon={<IconPlugConnected size={32} stroke={1.25} aria-hidden />}
            >
              <ButtonLink to="/settings/channel-types/new" kind="primary">
                {t.channelTypes.register}
              </ButtonLink>
            </Notice>
          )
        }}
      </Loaded>
      <Rows label={texts.title}>
        <Row
          to="/settings/channels/new/custom"
          search={inbox ? { inbox } : undefined}
          icon={<IconWebhook size={40} stroke={1.25} aria-hidden />}
          name={texts.title}
          meta={texts.meta}
        />
      </Rows>
    </SettingsPage>
  )
}

function describe(type: ChannelType | ChannelTypeDetails, all: (ChannelType | ChannelTypeDetails)[]): string {
  const server = hasDetails(type) ? hostOf(type.server_url) : ''
  return [type.description, ...(hasNamesake(type, all) ? [server, type.uid] : [])].filter(Boolean).join(' · ')
}

export function NoInbox() {
  return (
    <SettingsPage title={t.addChannel.title} back={{ to: '/settings/channels', name: t.pages.channels }}>
      <Notice
        title={t.addChannel.noInbox}
        hint={t.addChannel.noInboxHint}
        icon={<IconInbox size={32} stroke={1.25} aria-hidden />}
      >
        <ButtonLink to="/settings/inboxes/new" kind="primary">
          {t.inboxes.create}
        </ButtonLink>
      </Notice>
    </SettingsPage>
  )
}
