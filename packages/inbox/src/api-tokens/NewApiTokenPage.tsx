import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { ShownOnce } from '../ui/pages/ShownOnce.tsx'
import { createApiToken, type IssuedApiToken } from './queries.ts'

const texts = t.apiTokens

export function NewApiTokenPage() {
  const [issued, setIssued] = useState<IssuedApiToken | null>(null)
  const navigate = useNavigate()
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <SettingsPage title={issued?.name ?? texts.newTitle} back={{ to: '/settings/api-tokens', name: t.pages.apiTokens }}>
      {issued ? (
        <ShownOnce
          title={texts.secretTitle}
          once={texts.secretOnce}
          lost={texts.secretLost}
          dismiss={texts.tokenSaved}
          onDismiss={() => void navigate({ to: '/settings/api-tokens' })}
        >
          <CopyField label={texts.token} value={issued.token} />
          <CopyField
            label={texts.use}
            value={`curl -H "Authorization: Bearer ${issued.token}" ${location.origin}/me`}
          />
        </ShownOnce>
      ) : (
        <TokenForm onIssued={setIssued} />
      )}
    </SettingsPage>
  )
}

function TokenForm({ onIssued }: { onIssued: (issued: IssuedApiToken) => void }) {
  const queryClient = useQueryClient()
  const form = useForm({
    initial: { name: '' },
    check: ({ name }) => ({
      name: !name ? texts.missing.name : name.length > 120 ? texts.missing.longName : undefined,
    }),
    send: async ({ name }) => onIssued(await createApiToken(queryClient, name)),
  })
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <TextField field={form.field('name')} label={texts.name} hint={texts.nameHint} />
      <Buttons>
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? forms.saving : texts.create}
        </Button>
      </Buttons>
    </form>
  )
}
