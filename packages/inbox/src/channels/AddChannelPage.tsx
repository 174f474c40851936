import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Channel, Inbox } from '../api/types.ts'
import { type ChannelTypeDetails, channelTypesQuery, hasDetails, hostOf } from '../channel-types/queries.ts'
import { TypeIcon } from '../channel-types/TypeIcon.tsx'
import { inboxesQuery } from '../inboxes/queries.ts'
import { AdminsOnly } from '../settings/admins.tsx'
import { Loaded } from '../settings/Loaded.tsx'
import { PageSkeleton } from '../settings/PageSkeleton.tsx'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { Notice } from '../shell/Notice.tsx'
import { t } from '../strings/settings.ts'
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
        const type = data.find((one) => one.uid === uid)
        if (!type) return <Notice level="h1" title={t.channelTypes.goneTitle} hint={t.channelTypes.gone} />
        if (!hasDetails(type)) return <AdminsOnly />
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
  const first = inboxes.find((one) => one.id === inbox) ?? inboxes[0]
  if (added) return <ChannelAdded channel={added} type={type} inboxes={inboxes} onAnother={() => setAdded(null)} />
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
