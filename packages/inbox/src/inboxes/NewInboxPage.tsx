import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMe } from '../session/session.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly } from '../teammates/admins.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { createInbox } from './access.ts'
import { InboxForm } from './InboxForm.tsx'

export function NewInboxPage() {
  const me = useMe()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  if (!me.is_admin) return <AdminsOnly />
  return (
    <SettingsPage title={t.inboxes.newTitle} back={{ to: '/settings/inboxes', name: t.pages.inboxes }}>
      <InboxForm
        initial={{ name: '', access: 'everybody', teammate_ids: [me.id], remote_images: 'ask' }}
        button={t.inboxes.create}
        send={async (fields) => {
          const inbox = await createInbox(queryClient, fields)
          toast(t.inboxes.created(inbox.name))
          void navigate({ to: `/settings/inboxes/${inbox.id}`, replace: true })
        }}
      />
    </SettingsPage>
  )
}
