import { useEffect, useRef } from 'react'
import { t } from '../../strings/forms.ts'
import styles from './ErrorSummary.module.css'
import type { Form } from './useForm.ts'

/** The errors of a form, above it, each a link to its field. Takes the focus after a failed submit. */
export function ErrorSummary<Values extends object>({
  form: { fieldErrors, formError, errorFocusKey, fieldId },
  title = t.problem,
  note,
  technicalReason,
}: {
  form: Form<Values>
  title?: string
  note?: string
  technicalReason?: string | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  const entries = Object.entries(fieldErrors) as [string, string][]
  const isShown = formError !== null || (errorFocusKey > 0 && entries.length > 0)
  useEffect(() => {
    if (errorFocusKey > 0) box.current?.focus()
  }, [errorFocusKey])
  if (!isShown) return null
  return (
    <div ref={box} role="alert" tabIndex={-1} className={styles.summary}>
      <h2>{title}</h2>
      {formError && <p>{formError}</p>}
      {entries.length > 0 && (
        <ul>
          {entries.map(([name, message]) => (
            <li key={name}>
              <a
                href={`#${fieldId(name)}`}
                onClick={(event) => {
                  event.preventDefault()
                  document.getElementById(fieldId(name))?.focus()
                }}
              >
                {message}
              </a>
            </li>
          ))}
        </ul>
      )}
      {note && <p>{note}</p>}
      {technicalReason && (
        <details>
          <summary>{t.technicalReason}</summary>
          <code>{technicalReason}</code>
        </details>
      )}
    </div>
  )
}
