import { useQueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { meQuery, useMe } from '../session/session.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { teammatesQuery } from '../teammates/queries.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CheckField, RadioField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { setColorScheme, useColorScheme } from '../ui/theme/color-scheme.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { setEnterToSend } from './enter-to-send.ts'
import { Picture } from './Picture.tsx'

const texts = t.preferences

export function PreferencesPage() {
  return (
    <SettingsPage title={t.pages.preferences} intro={texts.intro}>
      <Section title={texts.appearance} hint={texts.themeNote}>
        <Theme />
      </Section>
      <Section title={texts.writing}>
        <EnterToSend />
      </Section>
      <Section title={texts.name} hint={texts.nameHint}>
        <Name />
      </Section>
      <Section title={texts.picture} hint={texts.pictureHint}>
        <Picture />
      </Section>
    </SettingsPage>
  )
}

function Theme() {
  return (
    <RadioField
      field={{
        id: 'theme',
        name: 'theme',
        value: useColorScheme(),
        error: undefined,
        onChange: setColorScheme,
        onBlur: () => {},
      }}
      label={texts.theme}
      options={(['auto', 'light', 'dark'] as const).map((value) => ({ value, ...texts.themes[value] }))}
    />
  )
}

function EnterToSend() {
  const queryClient = useQueryClient()
  const { preferences } = useMe()
  return (
    <CheckField
      field={{
        id: 'enter-to-send',
        name: 'enter-to-send',
        value: preferences.enter_to_send !== false,
        error: undefined,
        onChange: (value) => setEnterToSend(queryClient, value),
        onBlur: () => {},
      }}
      label={texts.enter}
      hint={texts.enterHint}
    />
  )
}

function Name() {
  const queryClient = useQueryClient()
  const me = useMe()
  const form = useForm({
    initial: { first_name: me.first_name, last_name: me.last_name },
    check: ({ first_name }) => ({ first_name: first_name ? undefined : texts.missingName }),
    send: async (name) => {
      const { body } = await request('PATCH', '/me/teammate', { body: name })
      queryClient.setQueryData(meQuery.queryKey, body)
      void queryClient.invalidateQueries({ queryKey: teammatesQuery.queryKey })
      toast(t.saved)
    },
  })
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <TextField field={form.field('first_name')} label={texts.firstName} autoComplete="given-name" />
      <TextField field={form.field('last_name')} label={texts.lastName} isOptional autoComplete="family-name" />
      <Buttons>
        <Button type="submit" isBusy={form.isSending}>
          {form.isSending ? forms.saving : t.save}
        </Button>
      </Buttons>
    </form>
  )
}
