import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { emailProblem, newPasswordProblem } from '../sign-in/checks.ts'
import styles from '../sign-in/EntryPage.module.css'
import { EntryPage } from '../sign-in/EntryPage.tsx'
import { enter, type SetUpState } from '../sign-in/session.ts'
import { useWait, waitAfter } from '../sign-in/too-many.ts'
import { t } from '../strings/sign-in.ts'
import { Button, ButtonLink } from '../ui/forms/Button.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import type { FieldErrors } from '../ui/forms/field-errors.ts'
import { SecretField, TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'

const route = getRouteApi('/set-up')
const initial = { code: '', company_name: '', first_name: '', last_name: '', email: '', password: '' }

/** The first admin makes the company. */
export function SetUpPage() {
  const { code_required: needsCode } = route.useLoaderData() as SetUpState
  const { waitMessage, wait } = useWait()
  const [done, setDone] = useState<ApiError | null>(null)
  const form = useForm({
    initial,
    verbatim: ['password'],
    check: (values) => check(values, needsCode),
    send: async ({ code, ...values }) => {
      await request('POST', '/setup', { body: needsCode ? { ...values, code } : values })
      enter()
    },
    mapError: (error) => {
      const seconds = waitAfter(error)
      if (seconds !== null) wait(seconds)
      if (seconds !== null) return { message: t.tooMany(seconds) }
      if (!(error instanceof ApiError)) return undefined
      if (error.code === 'set_up_done') setDone(error)
      return error.code === 'forbidden' && needsCode ? { field: 'code', message: error.message } : undefined
    },
  })
  if (done) {
    return (
      <EntryPage title={t.setUp.doneTitle} intro={done.message}>
        <ButtonLink to="/sign-in">{t.toSignIn}</ButtonLink>
      </EntryPage>
    )
  }
  return (
    <EntryPage title={t.setUp.title} intro={t.setUp.intro}>
      <form noValidate className={styles.form} onSubmit={form.submit}>
        <ErrorSummary form={waitMessage && form.formError ? { ...form, formError: waitMessage } : form} />
        {needsCode && (
          <TextField
            field={form.field('code')}
            label={t.setUp.code}
            hint={t.setUp.codeHint}
            autoComplete="one-time-code"
            autoCapitalize="characters"
            spellCheck={false}
          />
        )}
        <TextField field={form.field('company_name')} label={t.setUp.company} autoComplete="organization" />
        <div className={styles.pair}>
          <TextField field={form.field('first_name')} label={t.firstName} autoComplete="given-name" />
          <TextField field={form.field('last_name')} label={t.lastName} isOptional autoComplete="family-name" />
        </div>
        <TextField
          field={form.field('email')}
          label={t.email}
          hint={t.setUp.emailHint}
          type="email"
          autoComplete="username"
          spellCheck={false}
        />
        <SecretField
          field={form.field('password')}
          label={t.password}
          hint={t.newPasswordHint}
          autoComplete="new-password"
        />
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? t.setUp.sending : t.setUp.button}
        </Button>
      </form>
    </EntryPage>
  )
}

function check(values: typeof initial, needsCode: boolean): FieldErrors<typeof initial> {
  return {
    code: needsCode && !values.code ? t.missing.code : undefined,
    company_name: values.company_name ? undefined : t.missing.company,
    first_name: values.first_name ? undefined : t.missing.firstName,
    email: emailProblem(values.email),
    password: newPasswordProblem(values.password),
  }
}
