import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { ChannelTypeForm } from './ChannelTypeForm.tsx'
import { registerChannelType } from './channel-type-actions.ts'
import { bodyOf, newFields } from './fields.ts'

export function NewChannelTypePage() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <SettingsPage
      title={t.channelTypes.newTitle}
      intro={t.channelTypes.newIntro}
      back={{ to: '/settings/channel-types', name: t.pages.channelTypes }}
    >
      <ChannelTypeForm
        initial={newFields}
        storageKey="channel-type"
        button={t.channelTypes.register}
        send={async (fields) => {
          const uid = await registerChannelType(queryClient, bodyOf(fields))
          void navigate({ to: `/settings/channel-types/${uid}`, replace: true })
        }}
      />
    </SettingsPage>
  )
}
