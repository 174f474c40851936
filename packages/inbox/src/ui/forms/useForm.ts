import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { merged } from './merged.ts'
import { type Problems, refusalOf, trimmed } from './problems.ts'
import { forgetValues, storedValues, storeValues } from './stored-values.ts'

interface FormOptions<Values> {
  /** What there is to change, as it is now: a change from elsewhere comes into the form, beside what was typed. */
  initial: Values
  /** Checks the values; no errors when they can be sent. */
  check: (values: Values) => Problems<Values>
  send: (values: Values) => Promise<void>
  /** A message that replaces the hub's for a refusal; undefined: the hub's. */
  explain?: (error: unknown) => { field?: keyof Values & string; words: string } | undefined
  /** Fields whose surrounding space counts: passwords. */
  verbatim?: readonly (keyof Values & string)[]
  /** The name under which values are stored for a reload. Never set for forms with a secret. */
  keepAs?: string
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
  problems: Problems<Values>
  /** The hub's error for the whole form, or null. */
  refusal: string | null
  isSending: boolean
  field: <Name extends keyof Values & string>(name: Name) => FormField<Values[Name]>
  set: (part: Partial<Values>) => void
  submit: (event: FormEvent) => void
  /** Resets the form to these values. */
  reset: (values: Values) => void
  fieldId: (name: string) => string
  /** Counts failed submits: the summary takes the focus at each. */
  failures: number
}

/** State of a form that is checked on blur, never blocked from submitting, and loses nothing that was typed. */
export function useForm<Values extends object>(options: FormOptions<Values>): Form<Values> {
  const { check, verbatim = [], keepAs } = options
  const [values, setValues] = useState<Values>(() => ({ ...options.initial, ...storedValues<Values>(keepAs) }))
  const [before, setBefore] = useState(options.initial)
  const [problems, setProblems] = useState<Problems<Values>>({})
  const [refusal, setRefusal] = useState<string | null>(null)
  const [failures, setFailures] = useState(0)
  const [isSending, setSending] = useState(false)
  const sending = useRef(false)
  const id = useId()
  const fieldId = (name: string) => `${id}${name}`
  useEffect(() => storeValues(keepAs, values, options.initial))
  if (JSON.stringify(before) !== JSON.stringify(options.initial)) {
    setBefore(options.initial)
    setValues(merged(before, options.initial, values))
  }

  const set = (part: Partial<Values>) => {
    const next = { ...values, ...part }
    setValues(next)
    // an error disappears as soon as it is solved; a new one is shown on blur
    const now = check(trimmed(next, verbatim))
    setProblems((before) => pick(before, (name) => (name in part ? now[name] : before[name])))
  }

  const leave = (name: keyof Values & string) => {
    const clean = trimmed(values, verbatim)
    if (clean[name] !== values[name]) setValues((before) => ({ ...before, [name]: clean[name] }))
    // a field that was left empty is not an error before the submit
    if (clean[name] === '' && !problems[name]) return
    setProblems((before) => ({ ...before, [name]: check(clean)[name] }))
  }

  const fail = (found: Problems<Values>, words: string | null) => {
    setProblems(found)
    setRefusal(words)
    setFailures((count) => count + 1)
  }

  const send = async () => {
    const clean = trimmed(values, verbatim)
    setValues(clean)
    const found = pick(check(clean), (_, words) => words)
    if (Object.keys(found).length > 0) return fail(found, null)
    sending.current = true
    setSending(true)
    fail({}, null)
    try {
      await options.send(clean)
      forgetValues(keepAs)
    } catch (error) {
      const better = options.explain?.(error)
      if (better?.field) fail({ [better.field]: better.words } as Problems<Values>, null)
      else if (better) fail({}, better.words)
      else {
        const said = refusalOf(error, clean)
        fail(said.problems, said.refusal)
      }
    } finally {
      sending.current = false
      setSending(false)
    }
  }

  return {
    values,
    problems: pick(problems, (_, words) => words),
    refusal,
    isSending,
    failures,
    fieldId,
    set,
    field: (name) => ({
      id: fieldId(name),
      name,
      value: values[name],
      error: problems[name],
      onChange: (value) => set({ [name]: value } as unknown as Partial<Values>),
      onBlur: () => leave(name),
    }),
    submit: (event) => {
      event.preventDefault()
      event.stopPropagation()
      if (!sending.current) void send()
    },
    reset: (next) => {
      setValues(next)
      setProblems({})
      setRefusal(null)
    },
  }
}

function pick<Values extends object>(
  problems: Problems<Values>,
  keep: (name: keyof Values & string, words: string | undefined) => string | undefined,
): Problems<Values> {
  const kept = (Object.entries(problems) as [keyof Values & string, string | undefined][])
    .map(([name, words]) => [name, keep(name, words)] as const)
    .filter(([, words]) => words)
  return Object.fromEntries(kept) as Problems<Values>
}
