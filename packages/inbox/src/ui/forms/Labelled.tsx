import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { t } from '../../strings/forms.ts'
import styles from './fields.module.css'

interface LabelledProps {
  id: string
  label: string
  hint?: string
  error?: string
  isOptional?: boolean
  children: ReactNode
}

/** A field with its label above, and error and hint below. */
export function Labelled({ id, label, hint, error, isOptional, children }: LabelledProps) {
  return (
    <div className={styles.labelled}>
      <label htmlFor={id}>
        {label}
        {isOptional && <span className={styles.optional}> ({t.optional})</span>}
      </label>
      {children}
      <Notes id={id} hint={hint} error={error} />
    </div>
  )
}

export function Notes({ id, hint, error }: { id: string; hint?: string; error?: string }) {
  return (
    <>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <IconAlertCircle size={16} aria-hidden />
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </>
  )
}

/** The attributes that connect a control with its error and hint. */
export function described(id: string, error: string | undefined, hint: string | undefined) {
  const notes = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return { 'aria-describedby': notes || undefined, 'aria-invalid': error ? true : undefined }
}
