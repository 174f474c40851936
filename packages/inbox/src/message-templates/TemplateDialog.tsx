import { fillTemplate } from '@portico/protocol/fill-template'
import { IconSend2 } from '@tabler/icons-react'
import { type FormEvent, useId, useMemo, useState } from 'react'
import { useMe } from '../session/session.ts'
import { Dialog } from '../ui/dialogs/Dialog.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { Button } from '../ui/forms/Button.tsx'
import { TextField } from '../ui/forms/TextField.tsx'
import { keepChoice, keptChoice } from './choices.ts'
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
  const [isChecked, setChecked] = useState(false)
  const variables = useMemo(
    () => template.variable_mappings.map((variable) => ({ ...variable, value: values[variable.uid] ?? '' })),
    [template, values],
  )
  // a value that is missing shows as its placeholder
  const shown = useMemo(
    () =>
      variables.map((variable) => ({
        ...variable,
        value: variable.value.trim() ? variable.value : `{{${variable.uid}}}`,
      })),
    [variables],
  )
  const hasFiles = variables.some(({ type }) => type !== 'text')
  const isMissing = (value: string) => value.trim() === ''

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const missing = variables.findIndex(({ value }) => isMissing(value))
    if (missing >= 0) return document.getElementById(`${id}-${missing}`)?.focus()
    if (hasFiles) return
    const text = fillTemplate(template.blurb, variables)
    dialogStore.close()
    request.onChoose({ id: template.id, name: template.name, variables: values, text })
  }
  const change = (uid: string, value: string) => {
    const next = { ...values, [uid]: value }
    setValues(next)
    keepChoice(request.place, { id: template.id, values: next })
  }
  return (
    <Dialog label={template.name} className={styles.dialog}>
      <form noValidate className={styles.form} onSubmit={submit}>
        <h2>
          <bdi>{template.name}</bdi>
        </h2>
        {hasFiles && (
          <p role="alert" className={styles.problem}>
            {t.files}
          </p>
        )}
        {!hasFiles &&
          variables.map(({ uid, name, value }, index) => (
            <TextField
              key={uid}
              field={{
                id: `${id}-${index}`,
                name: uid,
                value,
                error: isChecked && isMissing(value) ? t.missing(name) : undefined,
                onChange: (typed) => change(uid, typed),
                onBlur: () => {},
              }}
              label={name}
              list={`${id}-known`}
              maxLength={4_000}
              autoFocus={index === 0}
            />
          ))}
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
          {!hasFiles && (
            <Button type="submit" kind="primary" autoFocus={variables.length === 0}>
              <IconSend2 size={16} aria-hidden />
              {request.button ?? t.send}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

/** The value typed before, else the known one. */
function firstValues(
  place: string,
  { id, variable_mappings }: NonNullable<ReturnType<typeof currentTemplate>>['template'],
  known: KnownValues,
): Record<string, string> {
  const kept = keptChoice(place)
  const typed = kept?.id === id ? kept.values : {}
  return Object.fromEntries(
    variable_mappings.map((variable) => [variable.uid, typed[variable.uid] ?? prefill(variable, known)]),
  )
}
