import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { ApiError } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { newPasswordProblem } from '../sign-in/checks.ts'
import styles from '../sign-in/EntryPage.module.css'
import { EntryPage } from '../sign-in/EntryPage.tsx'
import { enter } from '../sign-in/session.ts'
import { useWait, waitAfter } from '../sign-in/too-many.ts'
import { t } from '../strings/sign-in.ts'
import { nameOf } from '../teammates/queries.ts'
import { Button, ButtonLink } from '../ui/forms/Button.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import { SecretField, TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { isOver, type OpenedInvitation } from './open.ts'

const route = getRouteApi('/invitation/$token')

/** The page of an invitation's link. */
export function InvitationPage() {
  const { invitation, refusal, me } = route.useLoaderData() as OpenedInvitation
  const { token } = route.useParams() as { token: string }
  const [ended, setEnded] = useState<ApiError | null>(null)
  if (!invitation || ended) return <Over refusal={ended ?? refusal} />
  const { email, company_name, is_admin } = invitation
  if (invitation.purpose === 'new_password') {
    return (
      <EntryPage title={t.invitation.passwordTitle} intro={t.invitation.passwordIntro(email, company_name)}>
        {me && me.email !== email && <p className={styles.note}>{t.invitation.passwordOtherSession(nameOf(me))}</p>}
        <AcceptForm
          token={token}
          email={email}
          labels={[t.invitation.passwordButton, t.invitation.passwordSending]}
          onOver={setEnded}
        />
      </EntryPage>
    )
  }
  return (
    <EntryPage title={t.invitation.title(company_name)} intro={t.invitation.intro(email)}>
      {is_admin && <p className={styles.note}>{t.invitation.admin}</p>}
      {me && <p className={styles.note}>{t.invitation.otherSession(nameOf(me))}</p>}
      <AcceptForm
        asksName
        token={token}
        email={email}
        labels={[t.invitation.button(company_name), t.invitation.sending]}
        onOver={setEnded}
      />
    </EntryPage>
  )
}

interface AcceptFormProps {
  token: string
  email: string
  asksName?: boolean
  /** The button's label, and the one while it is being sent. */
  labels: [rest: string, sending: string]
  /** The link ended while its page was open. */
  onOver: (refusal: ApiError) => void
}

function AcceptForm({ token, email, asksName = false, labels: [rest, sending], onOver }: AcceptFormProps) {
  const { waitMessage, wait } = useWait()
  const form = useForm({
    initial: { first_name: '', last_name: '', password: '' },
    verbatim: ['password'],
    check: ({ first_name, password }) => ({
      first_name: first_name || !asksName ? undefined : t.missing.firstName,
      password: newPasswordProblem(password),
    }),
    send: async ({ password, ...names }) => {
      const body = asksName ? { password, ...names } : { password }
      await request('POST', `/invitations/by_token/${encodeURIComponent(token)}/accept`, { body })
      enter()
    },
    mapError: (error) => {
      const seconds = waitAfter(error)
      if (isOver(error)) onOver(error)
      if (seconds === null) return undefined
      wait(seconds)
      return { message: t.tooMany(seconds) }
    },
  })
  return (
    <form noValidate className={styles.form} onSubmit={form.submit}>
      <ErrorSummary form={waitMessage && form.formError ? { ...form, formError: waitMessage } : form} />
      {/* the account name of the password, for password managers */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      {asksName && (
        <div className={styles.pair}>
          <TextField field={form.field('first_name')} label={t.firstName} autoComplete="given-name" />
          <TextField field={form.field('last_name')} label={t.lastName} isOptional autoComplete="family-name" />
        </div>
      )}
      <SecretField
        field={form.field('password')}
        label={t.password}
        hint={t.newPasswordHint}
        autoComplete="new-password"
      />
      <Button type="submit" kind="primary" isBusy={form.isSending}>
        {form.isSending ? sending : rest}
      </Button>
    </form>
  )
}

function Over({ refusal }: { refusal: ApiError | null }) {
  const isUnknown = refusal?.status === 404
  return (
    <EntryPage
      title={isUnknown ? t.invitation.unknownTitle : t.invitation.goneTitle}
      intro={isUnknown ? t.invitation.unknown : refusal?.message}
    >
      <ButtonLink to="/sign-in">{t.toSignIn}</ButtonLink>
    </EntryPage>
  )
}
