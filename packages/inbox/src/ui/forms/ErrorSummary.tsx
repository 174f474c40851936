import { useEffect, useRef } from 'react'
import { t } from '../../strings/forms.ts'
import styles from './ErrorSummary.module.css'
import type { Form } from './useForm.ts'

/** The errors of a form, on top of it, each a link to its field. It takes the focus. */
export function ErrorSummary<Values extends object>({
  form: { problems, refusal, failures, fieldId },
  title = t.problem,
  note,
}: {
  form: Form<Values>
  title?: string
  note?: string
}) {
  const box = useRef<HTMLDivElement>(null)
  const entries = Object.entries(problems) as [string, string][]
  const isShown = refusal !== null || (failures > 0 && entries.length > 0)
  useEffect(() => {
    if (failures > 0) box.current?.focus()
  }, [failures])
  if (!isShown) return null
  return (
    <div ref={box} role="alert" tabIndex={-1} className={styles.summary}>
      <h2>{title}</h2>
      {refusal && <p>{refusal}</p>}
      {entries.length > 0 && (
        <ul>
          {entries.map(([name, words]) => (
            <li key={name}>
              <a
                href={`#${fieldId(name)}`}
                onClick={(event) => {
                  event.preventDefault()
                  document.getElementById(fieldId(name))?.focus()
                }}
              >
                {words}
              </a>
            </li>
          ))}
        </ul>
      )}
      {note && <p>{note}</p>}
    </div>
  )
}
