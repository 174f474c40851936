import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, ButtonLink, Buttons } from '../forms/Button.tsx'
import { CheckField, ManyField } from '../forms/Choices.tsx'
import { CopyField } from '../forms/CopyField.tsx'
import { ErrorSummary } from '../forms/ErrorSummary.tsx'
import { TextField } from '../forms/TextField.tsx'
import { useForm } from '../forms/useForm.ts'
import { inboxesQuery } from '../inboxes/queries.ts'
import { AdminsOnly, useIsAdmin } from '../settings/admins.tsx'
import layout from '../settings/form.module.css'
import { SettingsPage } from '../settings/SettingsPage.tsx'
import { ShownOnce } from '../settings/ShownOnce.tsx'
import { looksLikeEmail } from '../sign-in/checks.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { dueTime } from '../time/words.ts'
import { type IssuedInvitation, invite } from './invitations.ts'

const initial = { email: '', is_admin: false, inbox_ids: [] as string[] }

export function InvitePage() {
  const [issued, setIssued] = useState<(IssuedInvitation & { email: string }) | null>(null)
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <SettingsPage
      title={t.teammates.inviteTitle}
      intro={issued ? undefined : t.teammates.inviteIntro}
      back={{ to: '/settings/teammates', name: t.pages.teammates }}
    >
      {issued ? (
        <ShownOnce
          title={t.teammates.linkTitle(issued.email)}
          once={t.teammates.linkHint(dueTime(issued.expires_at))}
          dismiss={t.teammates.inviteAnother}
          onDismiss={() => setIssued(null)}
          next={<ButtonLink to="/settings/teammates">{t.teammates.toTeammates}</ButtonLink>}
        >
          <CopyField label={t.teammates.link} value={issued.url} />
        </ShownOnce>
      ) : (
        <InviteForm onIssued={setIssued} />
      )}
    </SettingsPage>
  )
}

function InviteForm({ onIssued }: { onIssued: (issued: IssuedInvitation & { email: string }) => void }) {
  const queryClient = useQueryClient()
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  const closed = inboxes.filter((inbox) => !inbox.is_public)
  const form = useForm({
    initial,
    check: ({ email }) => ({
      email: !email ? t.teammates.missing.email : looksLikeEmail(email) ? undefined : t.teammates.missing.notEmail,
    }),
    send: async (values) => onIssued({ ...(await invite(queryClient, values)), email: values.email }),
    explain: (error) =>
      (error as { code?: string }).code === 'email_taken'
        ? { field: 'email', words: (error as Error).message }
        : undefined,
  })
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <TextField
        field={form.field('email')}
        label={t.teammates.email}
        hint={t.teammates.emailHint}
        type="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
      />
      {closed.length > 0 && (
        <ManyField
          field={form.field('inbox_ids')}
          label={t.teammates.inboxes}
          hint={t.teammates.inboxesHint}
          options={closed.map(({ id, name }) => ({ value: id, name }))}
        />
      )}
      <CheckField field={form.field('is_admin')} label={t.teammates.adminChoice} hint={t.teammates.adminHint} />
      <Buttons>
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? forms.saving : t.teammates.button}
        </Button>
      </Buttons>
    </form>
  )
}
