import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Channel, Inbox } from '../api/types.ts'
import { type ChannelTypeDetails, channelTypesQuery, hasDetails, hostOf } from '../channel-types/queries.ts'
import { TypeIcon } from '../channels/TypeIcon.tsx'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly } from '../teammates/admins.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { AddChannelForm } from './AddChannelForm.tsx'
import { NoInbox } from './AddChannelMenu.tsx'
import { ChannelAdded } from './ChannelAdded.tsx'

export function AddChannelPage() {
  const types = useQuery(channelTypesQuery)
  const inboxes = useQuery(inboxesQuery)
  const { uid } = useParams({ strict: false })
  return (
    <Loaded query={types} skeleton={<PageSkeleton />}>
      {(data) => {
        const type = data.find((type) => type.uid === uid)
        if (!type) return <Notice level="h1" title={t.channelTypes.goneTitle} hint={t.channelTypes.gone} />
        if (!hasDetails(type)) return <AdminsOnly />
        if (type.is_custom) return <Navigate to="/settings/channels/new/custom" search={true} replace />
        return (
          <Loaded query={inboxes} skeleton={<PageSkeleton />}>
            {(all) => (all.length > 0 ? <Add key={uid} type={type} inboxes={all} /> : <NoInbox />)}
          </Loaded>
        )
      }}
    </Loaded>
  )
}

function Add({ type, inboxes }: { type: ChannelTypeDetails; inboxes: Inbox[] }) {
  const [added, setAdded] = useState<Channel | null>(null)
  const { inbox } = useSearch({ strict: false }) as { inbox?: string }
  const first = inboxes.find((type) => type.id === inbox) ?? inboxes[0]
  if (added) return <ChannelAdded channel={added} inboxes={inboxes} onAnother={() => setAdded(null)} />
  return (
    <SettingsPage
      title={t.addChannel.formTitle(type.name)}
      intro={t.addChannel.formIntro(hostOf(type.server_url))}
      icon={<TypeIcon type={type} size={40} />}
      back={{ to: '/settings/channels/new', name: t.addChannel.anyType }}
    >
      <AddChannelForm type={type} inboxes={inboxes} inboxId={first?.id ?? ''} onAdded={setAdded} />
    </SettingsPage>
  )
}
