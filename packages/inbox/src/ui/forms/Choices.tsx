import type { ReactNode } from 'react'
import { t } from '../../strings/forms.ts'
import styles from './fields.module.css'
import { described, Labelled, Notes } from './Labelled.tsx'
import type { FormField } from './useForm.ts'

interface Option<Value> {
  value: Value
  name: string
  hint?: string
}

/** Radio buttons. */
export function RadioField<Value extends string>({
  field: { id, name, value, error, onChange },
  label,
  hint,
  options,
  isFixed = false,
}: {
  field: FormField<Value>
  label: string
  hint?: string
  options: readonly Option<NoInfer<Value>>[]
  isFixed?: boolean
}) {
  return (
    <fieldset id={id} tabIndex={-1} className={styles.group} {...described(id, error, hint)} disabled={isFixed}>
      <legend>{label}</legend>
      <Notes id={id} hint={hint} error={error} />
      {options.map((option) => (
        <label key={option.value} className={styles.choice}>
          <input
            type="radio"
            name={`${id}${name}`}
            checked={value === option.value}
            onChange={() => onChange(option.value)}
          />
          <ChoiceText name={option.name} hint={option.hint} />
        </label>
      ))}
    </fieldset>
  )
}

/** A check box. */
export function CheckField({
  field: { id, name, value, onChange },
  label,
  hint,
}: {
  field: FormField<boolean>
  label: string
  hint?: string
}) {
  return (
    <label className={styles.choice}>
      <input
        type="checkbox"
        id={id}
        name={name}
        checked={value}
        aria-describedby={hint && `${id}-hint`}
        aria-labelledby={`${id}-name`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span id={`${id}-name`} className={styles.choiceName}>
          {label}
        </span>
        {hint && (
          <span id={`${id}-hint`} className={styles.hint}>
            {hint}
          </span>
        )}
      </span>
    </label>
  )
}

/** A group of check boxes. */
export function ManyField<Value extends string>({
  field: { id, value, error, onChange },
  label,
  hint,
  options,
}: {
  field: FormField<Value[]>
  label: string
  hint?: string
  options: readonly (Option<NoInfer<Value>> & { icon?: ReactNode })[]
}) {
  return (
    <fieldset id={id} tabIndex={-1} className={styles.group} {...described(id, error, hint)}>
      <legend>{label}</legend>
      <Notes id={id} hint={hint} error={error} />
      {options.map((option) => (
        <label key={option.value} className={styles.choice}>
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            onChange={(event) =>
              onChange(
                event.target.checked ? [...value, option.value] : value.filter((chosen) => chosen !== option.value),
              )
            }
          />
          {option.icon}
          <ChoiceText name={option.name} hint={option.hint} />
        </label>
      ))}
    </fieldset>
  )
}

function ChoiceText({ name, hint }: { name: string; hint?: string }) {
  return (
    <span>
      <bdi className={styles.choiceName}>{name}</bdi>
      {hint && <span className={styles.hint}>{hint}</span>}
    </span>
  )
}

export function SelectField<Value extends string>({
  field: { error, onChange, ...field },
  label,
  hint,
  options,
}: {
  field: FormField<Value>
  label: string
  hint?: string
  options: readonly Option<NoInfer<Value>>[]
}) {
  return (
    <Labelled id={field.id} label={label} hint={hint} error={error}>
      <select
        {...field}
        {...described(field.id, error, hint)}
        className={styles.input}
        onChange={(event) => onChange(event.target.value as Value)}
      >
        {options.every((option) => option.value !== field.value) && <option value={field.value}>{t.choose}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </Labelled>
  )
}
