import { useQuery } from '@tanstack/react-query'
import { useMe } from '../session/session.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { nameAmong, nameOf, teammatesQuery } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { ManyField, RadioField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { checkInbox, type InboxFields } from './access.ts'

interface InboxFormProps {
  initial: InboxFields
  button: string
  send: (fields: InboxFields) => Promise<void>
}

export function InboxForm({ initial, button, send }: InboxFormProps) {
  const me = useMe()
  const { data: teammates = [me] } = useQuery(teammatesQuery)
  const form = useForm<InboxFields>({ initial, check: checkInbox, send })
  const texts = t.inboxes.accessChoices
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <TextField field={form.field('name')} label={t.inboxes.name} hint={t.inboxes.nameHint} />
      <RadioField
        field={form.field('access')}
        label={t.inboxes.access}
        hint={t.inboxes.accessHint}
        options={[
          { value: 'everybody', ...texts.everybody },
          { value: 'some', ...texts.some },
        ]}
      />
      {form.values.access === 'some' && (
        <ManyField
          field={form.field('teammate_ids')}
          label={t.inboxes.members}
          options={teammates
            .filter((teammate) => !teammate.is_blocked)
            .map((teammate) => ({
              value: teammate.id,
              name: teammate.id === me.id ? t.inboxes.you(nameOf(teammate)) : nameAmong(teammate, teammates),
              icon: <TeammateAvatar teammate={teammate} size={20} />,
            }))}
        />
      )}
      <RadioField
        field={form.field('remote_images')}
        label={t.inboxes.remoteImages}
        hint={t.inboxes.remoteImagesHint}
        options={(['ask', 'always', 'never'] as const).map((value) => ({
          value,
          ...t.inboxes.remoteImagesChoices[value],
        }))}
      />
      <Buttons>
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? forms.saving : button}
        </Button>
      </Buttons>
    </form>
  )
}
