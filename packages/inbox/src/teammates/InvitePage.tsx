import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Teammate } from '../api/types.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { looksLikeEmail } from '../sign-in/checks.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CheckField, ManyField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { AdminsOnly, useIsAdmin } from './admins.tsx'
import { InvitationLink, type SentInvitation } from './InvitationLink.tsx'
import { invite } from './invitations.ts'
import { nameOf, teammatesQuery } from './queries.ts'

const initial = { email: '', is_admin: false, inbox_ids: [] as string[] }

export function InvitePage() {
  const [issued, setIssued] = useState<SentInvitation | null>(null)
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <SettingsPage
      title={t.teammates.inviteTitle}
      intro={issued ? undefined : t.teammates.inviteIntro}
      back={{ to: '/settings/teammates', name: t.pages.teammates }}
    >
      {issued ? (
        <InvitationLink issued={issued} onDismiss={() => setIssued(null)} />
      ) : (
        <InviteForm onIssued={setIssued} />
      )}
    </SettingsPage>
  )
}

function InviteForm({ onIssued }: { onIssued: (issued: SentInvitation) => void }) {
  const queryClient = useQueryClient()
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  const { data: teammates = [] } = useQuery(teammatesQuery)
  const closed = inboxes.filter((inbox) => !inbox.is_public)
  const form = useForm({
    initial,
    check: ({ email }) => ({ email: emailProblem(email, teammates) }),
    send: async (values) => onIssued({ ...(await invite(queryClient, values)), email: values.email }),
    mapError: (error) =>
      (error as { code?: string }).code === 'email_taken'
        ? { field: 'email', message: (error as Error).message }
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

function emailProblem(email: string, teammates: Teammate[]): string | undefined {
  if (!email) return t.teammates.missing.email
  if (!looksLikeEmail(email)) return t.teammates.missing.notEmail
  const known = teammates.find((teammate) => teammate.email.toLowerCase() === email.toLowerCase())
  return known && t.teammates.missing[known.is_blocked ? 'blocked' : 'known'](nameOf(known))
}
