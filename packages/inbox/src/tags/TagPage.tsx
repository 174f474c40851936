import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../api/request.ts'
import type { Tag } from '../api/types.ts'
import { t as settings } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { tagsQuery } from './queries.ts'
import { t } from './settings-strings.ts'
import { TagForm } from './TagForm.tsx'
import { changeTag, deleteTag, fieldsOf } from './tag-fields.ts'

export function TagPage() {
  const tags = useQuery(tagsQuery)
  const { tagId } = useParams({ strict: false })
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <Loaded query={tags} skeleton={<PageSkeleton />}>
      {(all) => {
        const tag = all.find(({ id }) => id === tagId)
        if (!tag) return <Notice level="h1" title={t.goneTitle} hint={t.gone} />
        return <Details key={tag.id} tag={tag} all={all} />
      }}
    </Loaded>
  )
}

function Details({ tag, all }: { tag: Tag; all: Tag[] }) {
  const queryClient = useQueryClient()
  return (
    <SettingsPage title={tag.name} back={{ to: '/settings/tags', name: settings.pages.tags }}>
      <Section title={t.edit}>
        <TagForm
          tag={tag}
          all={all}
          initial={fieldsOf(tag)}
          button={settings.save}
          send={async (fields) => {
            await changeTag(queryClient, tag, fields)
            toast(settings.saved)
          }}
        />
      </Section>
      <Delete tag={tag} />
    </SettingsPage>
  )
}

const deletionQuery = ({ id }: Tag) =>
  queryOptions({
    queryKey: ['tag-deletion', id],
    queryFn: async ({ signal }) => (await request('GET', `/tags/${id}/deletion`, { signal })).body,
    staleTime: 0,
    gcTime: 0,
    // fails without a connection instead of waiting for one
    networkMode: 'always',
  })

function Delete({ tag }: { tag: Tag }) {
  const touched = useQuery(deletionQuery(tag))
  const [isConfirming, setConfirming] = useState(false)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return (
    <Loaded query={touched}>
      {({ conversations }) => (
        <Section title={t.remove} hint={t.removeHint(conversations)}>
          <div>
            <Button kind="danger" onClick={() => setConfirming(true)}>
              {t.removeButton(tag.name)}
            </Button>
          </div>
          {isConfirming && (
            <ConfirmDialog
              title={t.removeTitle(tag.name)}
              button={t.removeButton(tag.name)}
              onClose={() => setConfirming(false)}
              onConfirm={async () => {
                await deleteTag(queryClient, tag)
                toast(t.removed(tag.name))
                void navigate({ to: '/settings/tags' })
              }}
            >
              <p>{t.removeHint(conversations)}</p>
            </ConfirmDialog>
          )}
        </Section>
      )}
    </Loaded>
  )
}
