import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { ChannelRow } from '../channels/ChannelRow.tsx'
import { channelsQuery } from '../channels/queries.ts'
import { TypeIcon } from '../channels/TypeIcon.tsx'
import { t } from '../strings/settings.ts'
import { AdminsOnly } from '../teammates/admins.tsx'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button, ButtonLink } from '../ui/forms/Button.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { Rows } from '../ui/pages/Rows.tsx'
import rows from '../ui/pages/rows.module.css'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { ChannelTypeForm } from './ChannelTypeForm.tsx'
import { changeChannelType, deleteChannelType } from './channel-type-actions.ts'
import { bodyOf, fieldsOf } from './fields.ts'
import { type ChannelTypeDetails, channelTypesQuery, hasDetails, hostOf } from './queries.ts'
import { Secrets } from './Secrets.tsx'

const back = { to: '/settings/channel-types', name: t.pages.channelTypes }

export function ChannelTypePage() {
  const types = useQuery(channelTypesQuery)
  const { uid } = useParams({ strict: false })
  return (
    <Loaded query={types} skeleton={<PageSkeleton />}>
      {(data) => {
        const type = data.find((type) => type.uid === uid)
        if (!type) return <Notice level="h1" title={t.channelTypes.goneTitle} hint={t.channelTypes.gone} />
        return hasDetails(type) ? <Details key={type.uid} type={type} /> : <AdminsOnly />
      }}
    </Loaded>
  )
}

function Details({ type }: { type: ChannelTypeDetails }) {
  const queryClient = useQueryClient()
  const channels = useQuery(channelsQuery)
  return (
    <SettingsPage
      title={type.name}
      intro={type.description || hostOf(type.server_url)}
      icon={<TypeIcon type={type} size={40} />}
      back={back}
    >
      <Secrets type={type} />
      {type.redirect_uri && (
        <Section title={t.channelTypes.redirect} hint={t.channelTypes.redirectHint}>
          <CopyField label={t.channelTypes.redirectUri} value={type.redirect_uri} />
        </Section>
      )}
      <Section title={t.channelTypes.channels}>
        <Loaded query={channels}>
          {(all) => <UsedBy channels={all.filter((channel) => channel.channel_type.uid === type.uid)} type={type} />}
        </Loaded>
      </Section>
      <Section title={t.channelTypes.edit}>
        <ChannelTypeForm
          initial={fieldsOf(type)}
          button={t.save}
          isUsed={type.channels > 0}
          hasClientSecret={type.oauth2?.has_client_secret}
          send={async (fields) => {
            await changeChannelType(queryClient, type, bodyOf(fields))
            toast(t.saved)
          }}
        />
      </Section>
      <Section title={t.channelTypes.remove} hint={t.channelTypes.removeHint}>
        <Remove type={type} />
      </Section>
    </SettingsPage>
  )
}

/** `channels`: those of the type that are in inboxes of the reader. */
function UsedBy({ channels, type }: { channels: Channel[]; type: ChannelTypeDetails }) {
  const hidden = type.channels - channels.length
  return (
    <>
      {channels.length > 0 && (
        <Rows label={t.channelTypes.channels}>
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} />
          ))}
        </Rows>
      )}
      {hidden > 0 && <p className={rows.none}>{t.channelTypes.hidden(hidden)}</p>}
      {type.channels === 0 && <p className={rows.none}>{t.channelTypes.noChannels}</p>}
      <div>
        <ButtonLink to={`/settings/channels/new/${type.uid}`}>{t.channelTypes.addOne}</ButtonLink>
      </div>
    </>
  )
}

function Remove({ type }: { type: ChannelTypeDetails }) {
  const [isConfirming, setConfirming] = useState(false)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  if (type.channels > 0) return <p>{t.channelTypes.removeUsed(type.name, type.channels)}</p>
  return (
    <div>
      <Button kind="danger" onClick={() => setConfirming(true)}>
        {t.channelTypes.removeButton(type.name)}
      </Button>
      {isConfirming && (
        <ConfirmDialog
          title={t.channelTypes.removeTitle(type.name)}
          button={t.channelTypes.removeButton(type.name)}
          onClose={() => setConfirming(false)}
          onConfirm={async () => {
            await deleteChannelType(queryClient, type.uid)
            toast(t.channelTypes.removed(type.name))
            void navigate({ to: back.to })
          }}
        >
          <p>{t.channelTypes.removeHint}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
