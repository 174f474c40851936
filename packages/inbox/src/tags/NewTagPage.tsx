import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { t as settings } from '../strings/settings.ts'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { tagsQuery } from './queries.ts'
import { t } from './settings-strings.ts'
import { TagForm } from './TagForm.tsx'
import { createTag, noTag } from './tag-fields.ts'

export function NewTagPage() {
  const { data: all = [] } = useQuery(tagsQuery)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return (
    <SettingsPage title={t.newTitle} back={{ to: '/settings/tags', name: settings.pages.tags }}>
      <TagForm
        all={all}
        initial={noTag}
        button={t.create}
        send={async (fields) => {
          const tag = await createTag(queryClient, fields)
          toast(t.created(tag.name))
          void navigate({ to: '/settings/tags', replace: true })
        }}
      />
    </SettingsPage>
  )
}
