import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Teammate } from '../api/types.ts'
import { useMe } from '../session/session.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { useForm } from '../ui/forms/useForm.ts'
import { NotFoundPage } from '../ui/pages/ErrorPage.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { ShownOnce } from '../ui/pages/ShownOnce.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { AdminsOnly, useIsAdmin } from './admins.tsx'
import { type IssuedInvitation, invite } from './invitations.ts'
import { teammatesQuery } from './queries.ts'
import { useFullName } from './useFullName.ts'

/** An admin makes a link for a teammate who forgot the password, as for an invitation. */
export function NewPasswordPage() {
  const teammates = useQuery(teammatesQuery)
  const { teammateId } = useParams({ strict: false })
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <Loaded query={teammates} skeleton={<PageSkeleton />}>
      {(data) => {
        const teammate = data.find((teammate) => teammate.id === teammateId)
        return teammate ? <LinkFor teammate={teammate} /> : <NotFoundPage />
      }}
    </Loaded>
  )
}

function LinkFor({ teammate }: { teammate: Teammate }) {
  const [issued, setIssued] = useState<IssuedInvitation | null>(null)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { email, is_admin } = teammate
  const name = useFullName(teammate)
  const isMe = teammate.id === useMe().id
  const form = useForm({
    initial: {},
    check: () => ({}),
    send: async () => setIssued(await invite(queryClient, { email, is_admin, inbox_ids: [] })),
  })
  return (
    <SettingsPage
      title={t.teammates.newPasswordTitle(name)}
      intro={issued ? undefined : isMe ? t.teammates.newPasswordIntroOwn : t.teammates.newPasswordIntro}
      back={{ to: '/settings/teammates', name: t.pages.teammates }}
    >
      {issued ? (
        <ShownOnce
          title={isMe ? t.teammates.ownLinkTitle : t.teammates.linkTitle(email)}
          once={(isMe ? t.teammates.ownLinkHint : t.teammates.linkHint)(dueTime(issued.expires_at))}
          dismiss={t.done}
          onDismiss={() => void navigate({ to: '/settings/teammates' })}
        >
          <CopyField label={t.teammates.link} value={issued.url} />
        </ShownOnce>
      ) : (
        <form noValidate className={layout.form} onSubmit={form.submit}>
          <ErrorSummary form={form} />
          <Buttons>
            <Button type="submit" kind="primary" isBusy={form.isSending}>
              {form.isSending ? forms.working : t.teammates.newPasswordButton}
            </Button>
          </Buttons>
        </form>
      )}
    </SettingsPage>
  )
}
