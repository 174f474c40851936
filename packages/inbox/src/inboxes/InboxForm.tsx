import { useQuery } from '@tanstack/react-query'
import { Button, Buttons } from '../forms/Button.tsx'
import { ManyField, RadioField } from '../forms/Choices.tsx'
import { ErrorSummary } from '../forms/ErrorSummary.tsx'
import { TextField } from '../forms/TextField.tsx'
import { useForm } from '../forms/useForm.ts'
import { useMe } from '../session/session.ts'
import layout from '../settings/form.module.css'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { Avatar } from '../teammates/Avatar.tsx'
import { nameOf, teammatesQuery } from '../teammates/queries.ts'
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
  const words = t.inboxes.accessChoices
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <TextField field={form.field('name')} label={t.inboxes.name} hint={t.inboxes.nameHint} />
      <RadioField
        field={form.field('access')}
        label={t.inboxes.access}
        hint={t.inboxes.accessHint}
        options={[
          { value: 'everybody', ...words.everybody },
          { value: 'some', ...words.some },
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
              name: teammate.id === me.id ? t.inboxes.you(nameOf(teammate)) : nameOf(teammate),
              icon: <Avatar name={nameOf(teammate)} seed={teammate.id} size={20} />,
            }))}
        />
      )}
      <Buttons>
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? forms.saving : button}
        </Button>
      </Buttons>
    </form>
  )
}
