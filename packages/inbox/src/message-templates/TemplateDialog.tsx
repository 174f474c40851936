import { fillTemplate } from '@portico/protocol/fill-template'
import { IconSend2 } from '@tabler/icons-react'
import { type FormEvent, useId, useMemo, useState } from 'react'
import type { Attachment } from '../api/types.ts'
import { useMe } from '../session/session.ts'
import { Dialog } from '../ui/dialogs/Dialog.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { Button } from '../ui/forms/Button.tsx'
import { TextField } from '../ui/forms/TextField.tsx'
import { isChoiceOf, keepChoice, keptChoice } from './choices.ts'
import { currentTemplate } from './open-templates.ts'
import { type KnownValues, knownValues, prefill } from './prefill.ts'
import { t } from './strings.ts'
import styles from './TemplateDialog.module.css'
import { TemplatePreview } from './TemplatePreview.tsx'

/** A field for each variable of a template, and what the message will say. */
export default function TemplateDialog() {
  const chosen = currentTemplate()
  return chosen ? <TemplateForm {...chosen} /> : null
}

function TemplateForm({ request, template, chooseAgain }: NonNullable<ReturnType<typeof currentTemplate>>) {
  const me = useMe()
  const id = useId()
  const known = knownValues(request.recipient, me)
  const [values, setValues] = useState(() => firstValues(request.place, template, known))
  const [files, setFiles] = useState(() => firstFiles(request.place, template))
  const [isChecked, setChecked] = useState(false)
  const variables = useMemo(
    () => template.variable_mappings.map((variable) => ({ ...variable, value: values[variable.uid] ?? '' })),
    [template, values],
  )
  // a file shows as its name, a value that is missing as its placeholder
  const shown = useMemo(
    () =>
      variables.map((variable) => {
        const value = files[variable.uid]?.filename ?? variable.value
        return { ...variable, value: value.trim() ? value : `{{${variable.uid}}}` }
      }),
    [variables, files],
  )
  const isMissing = (value: string) => value.trim() === ''

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const missing = variables.findIndex(({ value }) => isMissing(value))
    if (missing >= 0) return document.getElementById(`${id}-${missing}`)?.focus()
    const text = fillTemplate(template.blurb, shown)
    dialogStore.close()
    request.onChoose({ id: template.id, name: template.name, variables: values, files, text })
  }
  const change = (uid: string, value: string, file?: Attachment) => {
    const next = { ...values, [uid]: value }
    const { [uid]: _before, ...others } = files
    const nextFiles = file ? { ...others, [uid]: file } : others
    setValues(next)
    setFiles(nextFiles)
    keepChoice(request.place, { id: template.id, values: next, files: nextFiles })
  }
  return (
    <Dialog label={template.name} className={styles.dialog}>
      <form noValidate className={styles.form} onSubmit={submit}>
        <h2>
          <bdi>{template.name}</bdi>
        </h2>
        {variables.map((variable, index) => {
          const { uid, name, type, value } = variable
          const field = {
            ...{ id: `${id}-${index}`, name: uid, value, onBlur: () => {} },
            error: isChecked && isMissing(value) ? t.missing(name) : undefined,
          }
          if (type !== 'text')
            return (
              <request.FileField
                key={uid}
                id={field.id}
                label={name}
                type={type}
                channel={request.channel}
                file={files[uid]}
                otherFiles={Object.values({ ...files, [uid]: undefined }).filter((file) => file !== undefined)}
                error={field.error}
                onChange={(file) => change(uid, file?.id ?? '', file)}
              />
            )
          return (
            <TextField
              key={uid}
              field={{ ...field, onChange: (typed) => change(uid, typed) }}
              label={name}
              list={`${id}-known`}
              maxLength={4_000}
              autoFocus={index === 0}
            />
          )
        })}
        <datalist id={`${id}-known`}>
          {[...new Set(Object.values(known))].filter(Boolean).map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
        <section aria-label={t.preview} className={styles.preview}>
          <h3>{t.preview}</h3>
          <div>
            <TemplatePreview template={template} variables={shown} />
          </div>
        </section>
        <div className={styles.buttons}>
          <Button kind="quiet" onClick={chooseAgain}>
            {t.back}
          </Button>
          <Button type="submit" kind="primary" autoFocus={variables.length === 0}>
            <IconSend2 size={16} aria-hidden />
            {request.button ?? t.send}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type Template = NonNullable<ReturnType<typeof currentTemplate>>['template']

/** The value typed before, else the known one. */
function firstValues(place: string, template: Template, known: KnownValues): Record<string, string> {
  const kept = keptChoice(place)
  const typed = isChoiceOf(kept, template) ? (kept?.values ?? {}) : {}
  return Object.fromEntries(
    template.variable_mappings.map((variable) => {
      const first = variable.type === 'text' ? prefill(variable, known) : ''
      return [variable.uid, typed[variable.uid] ?? first]
    }),
  )
}

function firstFiles(place: string, template: Template): Record<string, Attachment> {
  const kept = keptChoice(place)
  return isChoiceOf(kept, template) ? (kept?.files ?? {}) : {}
}
