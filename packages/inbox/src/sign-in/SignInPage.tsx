import { getRouteApi } from '@tanstack/react-router'
import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { t } from '../strings/sign-in.ts'
import { Button } from '../ui/forms/Button.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import { SecretField, TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { emailProblem } from './checks.ts'
import { DemoPeople } from './DemoPeople.tsx'
import styles from './EntryPage.module.css'
import { EntryPage } from './EntryPage.tsx'
import { enter, type SetUpState } from './session.ts'
import { useWait, waitAfter } from './too-many.ts'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { demo } = route.useLoaderData() as SetUpState
  const { from } = route.useSearch() as { from?: string }
  return (
    <EntryPage title={t.signIn.title} intro={demo ? t.signIn.demo : undefined}>
      {demo && (
        <>
          <DemoPeople people={demo.teammates} onSignedIn={() => enter(from)} />
          <p className={styles.or}>{t.signIn.or}</p>
        </>
      )}
      <PasswordForm onSignedIn={() => enter(from)} beginsHere={!demo} />
      {!demo && <p className={styles.note}>{t.signIn.forgotten}</p>}
    </EntryPage>
  )
}

function PasswordForm({ onSignedIn, beginsHere }: { onSignedIn: () => void; beginsHere: boolean }) {
  const { waitMessage, wait } = useWait()
  const form = useForm({
    initial: { email: '', password: '' },
    verbatim: ['password'],
    check: ({ email, password }) => ({
      email: emailProblem(email),
      password: password ? undefined : t.missing.password,
    }),
    send: async (values) => {
      await request('POST', '/sign_in', { body: values })
      onSignedIn()
    },
    mapError: (error) => {
      const seconds = waitAfter(error)
      if (seconds !== null) wait(seconds)
      if (seconds !== null) return { message: t.tooMany(seconds) }
      return isStatus(error, 401) ? { field: 'password', message: (error as Error).message } : undefined
    },
  })
  const shown = waitMessage && form.formError ? { ...form, formError: waitMessage } : form
  return (
    <form noValidate className={styles.form} onSubmit={form.submit}>
      <ErrorSummary form={shown} />
      <TextField
        field={form.field('email')}
        label={t.email}
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={beginsHere}
      />
      <SecretField field={form.field('password')} label={t.password} autoComplete="current-password" />
      <Button type="submit" kind="primary" isBusy={form.isSending}>
        {form.isSending ? t.signIn.sending : t.signIn.button}
      </Button>
    </form>
  )
}
