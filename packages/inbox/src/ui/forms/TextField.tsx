import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { type ComponentProps, useState } from 'react'
import { t } from '../../strings/forms.ts'
import styles from './fields.module.css'
import { described, Labelled } from './Labelled.tsx'
import type { FormField } from './useForm.ts'

type Own = 'id' | 'name' | 'value' | 'onChange' | 'onBlur' | 'className'

interface TextProps {
  field: FormField<string>
  label: string
  hint?: string
  isOptional?: boolean
}

export function TextField({
  field: { error, onChange, ...field },
  label,
  hint,
  isOptional,
  ...input
}: TextProps & Omit<ComponentProps<'input'>, Own>) {
  return (
    <Labelled id={field.id} label={label} hint={hint} error={error} isOptional={isOptional}>
      <input
        dir="auto"
        autoComplete="off"
        {...input}
        {...field}
        {...described(field.id, error, hint)}
        className={styles.input}
        onChange={(event) => onChange(event.target.value)}
      />
    </Labelled>
  )
}

export function TextArea({
  field: { error, onChange, ...field },
  label,
  hint,
  isOptional,
  ...input
}: TextProps & Omit<ComponentProps<'textarea'>, Own>) {
  return (
    <Labelled id={field.id} label={label} hint={hint} error={error} isOptional={isOptional}>
      <textarea
        dir="auto"
        rows={2}
        {...input}
        {...field}
        {...described(field.id, error, hint)}
        className={styles.input}
        onChange={(event) => onChange(event.target.value)}
      />
    </Labelled>
  )
}

/** A field for a password or token, hidden until a button shows it. */
export function SecretField({
  field: { error, onChange, ...field },
  label,
  hint,
  ...input
}: TextProps & Omit<ComponentProps<'input'>, Own>) {
  const [isShown, setShown] = useState(false)
  const Icon = isShown ? IconEyeOff : IconEye
  return (
    <Labelled id={field.id} label={label} hint={hint} error={error}>
      <div className={styles.secret}>
        <input
          spellCheck={false}
          autoCapitalize="none"
          {...input}
          {...field}
          {...described(field.id, error, hint)}
          type={isShown ? 'text' : 'password'}
          className={styles.input}
          onChange={(event) => onChange(event.target.value)}
        />
        <button
          type="button"
          aria-label={`${isShown ? t.hidePassword : t.showPassword}: ${label}`}
          onClick={() => setShown(!isShown)}
        >
          <Icon size={16} aria-hidden />
        </button>
      </div>
    </Labelled>
  )
}
