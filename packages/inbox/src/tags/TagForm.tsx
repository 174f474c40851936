import type { Tag } from '../api/types.ts'
import { t as forms } from '../strings/forms.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { CheckField, SelectField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { t } from './settings-strings.ts'
import { checkTag, possibleParents, type TagFields } from './tag-fields.ts'

interface TagFormProps {
  /** The tag that is changed; absent: a new one. */
  tag?: Tag
  all: Tag[]
  initial: TagFields
  button: string
  send: (fields: TagFields) => Promise<void>
}

export function TagForm({ tag, all, initial, button, send }: TagFormProps) {
  const form = useForm<TagFields>({ initial, check: checkTag, send })
  const colours = Object.entries(t.colours) as [TagFields['highlight'], string][]
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary form={form} />
      <TextField field={form.field('name')} label={t.name} />
      <TextField field={form.field('description')} label={t.description} hint={t.descriptionHint} />
      <SelectField
        field={form.field('highlight')}
        label={t.colour}
        options={colours.map(([value, name]) => ({ value, name }))}
      />
      <SelectField
        field={form.field('parent')}
        label={t.parent}
        options={[
          { value: '', name: t.parentNone },
          ...possibleParents(all, tag).map(({ id, name }) => ({ value: id, name })),
        ]}
      />
      <CheckField field={form.field('is_visible')} label={t.visible} hint={t.visibleHint} />
      <Buttons>
        <Button type="submit" kind="primary" isBusy={form.isSending}>
          {form.isSending ? forms.saving : button}
        </Button>
      </Buttons>
    </form>
  )
}
