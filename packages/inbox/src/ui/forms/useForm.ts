import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { afterPress } from './after-press.ts'
import { type FieldErrors, formErrors, trimmed } from './field-errors.ts'
import { mergeServerValues } from './merge-server-values.ts'
import { forgetValues, storedValues, storeValues } from './stored-values.ts'

interface FormOptions<Values> {
  /** The current values on the server: a change made elsewhere is merged into the form, and keeps the input. */
  initial: Values
  /** Checks the values; no errors when they can be sent. */
  check: (values: Values) => FieldErrors<Values>
  send: (values: Values) => Promise<void>
  /** Replaces the hub's error message; undefined keeps it. */
  mapError?: (error: unknown) => { field?: keyof Values & string; message: string } | undefined
  /** Fields whose surrounding space counts: passwords. */
  verbatim?: readonly (keyof Values & string)[]
  /** The name under which values are stored for a reload. */
  storageKey?: string
  /** Fields that are never stored. */
  secrets?: readonly (keyof Values & string)[]
}

/** The props that connect a field with the form. */
export interface FormField<Value> {
  id: string
  name: string
  value: Value
  error: string | undefined
  onChange: (value: Value) => void
  onBlur: () => void
}

export interface Form<Values> {
  values: Values
  fieldErrors: FieldErrors<Values>
  /** The hub's error for the whole form, or null. */
  formError: string | null
  isSending: boolean
  field: <Name extends keyof Values & string>(name: Name) => FormField<Values[Name]>
  set: (part: Partial<Values>) => void
  submit: (event: FormEvent) => void
  /** Resets the form to these values. */
  reset: (values: Values) => void
  fieldId: (name: string) => string
  /** Changes at each failed submit: the summary takes the focus then. */
  errorFocusKey: number
}

/** The state of a form: checked on blur, never blocked from submitting, and it keeps its input after an error. */
export function useForm<Values extends object>(options: FormOptions<Values>): Form<Values> {
  const { check, verbatim = [], storageKey, secrets = [] } = options
  const [values, setValues] = useState<Values>(() => ({ ...options.initial, ...storedValues<Values>(storageKey) }))
  const [lastInitial, setLastInitial] = useState(options.initial)
  const [fieldErrors, setFieldErrors] = useState<FieldErrors<Values>>({})
  const [formError, setFormError] = useState<string | null>(null)
  const [errorFocusKey, setErrorFocusKey] = useState(0)
  const [isSending, setSending] = useState(false)
  const sending = useRef(false)
  const id = useId()
  const fieldId = (name: string) => `${id}${name}`
  useEffect(() => storeValues(storageKey, without(secrets, values, options.initial), options.initial))
  if (JSON.stringify(lastInitial) !== JSON.stringify(options.initial)) {
    setLastInitial(options.initial)
    setValues(mergeServerValues(lastInitial, options.initial, values))
  }

  const set = (part: Partial<Values>) => {
    const next = { ...values, ...part }
    setValues(next)
    // an error disappears as soon as it is solved; a new one appears on blur
    const errors = check(trimmed(next, verbatim))
    setFieldErrors((shown) => mapErrors(shown, (name) => (name in part ? errors[name] : shown[name])))
  }

  const onFieldBlur = (name: keyof Values & string) => {
    const clean = trimmed(values, verbatim)
    if (clean[name] !== values[name]) setValues((current) => ({ ...current, [name]: clean[name] }))
    // an empty field is not an error before the submit
    if (clean[name] === '' && !fieldErrors[name]) return
    afterPress(() => setFieldErrors((shown) => ({ ...shown, [name]: check(clean)[name] })))
  }

  const showErrors = (fields: FieldErrors<Values>, message: string | null) => {
    setFieldErrors(fields)
    setFormError(message)
    setErrorFocusKey((key) => key + 1)
  }

  const clearErrors = () => {
    setFieldErrors({})
    setFormError(null)
  }

  const showError = (error: unknown, clean: Values) => {
    const mapped = options.mapError?.(error)
    if (mapped?.field) return showErrors({ [mapped.field]: mapped.message } as FieldErrors<Values>, null)
    if (mapped) return showErrors({}, mapped.message)
    const errors = formErrors(error, clean)
    showErrors(errors.fieldErrors, errors.formError)
  }

  const send = async () => {
    const clean = trimmed(values, verbatim)
    setValues(clean)
    const errors = compactErrors(check(clean))
    if (Object.keys(errors).length > 0) return showErrors(errors, null)
    sending.current = true
    setSending(true)
    clearErrors()
    try {
      await options.send(clean)
      forgetValues(storageKey)
    } catch (error) {
      showError(error, clean)
    } finally {
      sending.current = false
      setSending(false)
    }
  }

  return {
    values,
    fieldErrors: compactErrors(fieldErrors),
    formError,
    isSending,
    errorFocusKey,
    fieldId,
    set,
    field: (name) => ({
      id: fieldId(name),
      name,
      value: values[name],
      error: fieldErrors[name],
      onChange: (value) => set({ [name]: value } as unknown as Partial<Values>),
      onBlur: () => onFieldBlur(name),
    }),
    submit: (event) => {
      event.preventDefault()
      event.stopPropagation()
      if (!sending.current) void send()
    },
    reset: (next) => {
      setValues(next)
      clearErrors()
    },
  }
}

function without<Values extends object>(secrets: readonly (keyof Values)[], values: Values, initial: Values): Values {
  return { ...values, ...Object.fromEntries(secrets.map((name) => [name, initial[name]])) }
}

function mapErrors<Values extends object>(
  errors: FieldErrors<Values>,
  map: (name: keyof Values & string, message: string | undefined) => string | undefined,
): FieldErrors<Values> {
  const entries = (Object.entries(errors) as [keyof Values & string, string | undefined][])
    .map(([name, message]) => [name, map(name, message)] as const)
    .filter(([, message]) => message)
  return Object.fromEntries(entries) as FieldErrors<Values>
}

/** Removes the fields without an error. */
function compactErrors<Values extends object>(errors: FieldErrors<Values>): FieldErrors<Values> {
  return mapErrors(errors, (_, message) => message)
}
