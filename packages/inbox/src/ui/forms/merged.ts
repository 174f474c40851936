/** What a form holds after its subject went from `before` to `now`: what was typed, and the change where nothing was. */
export function merged<Values extends object>(before: Values, now: Values, typed: Values): Values {
  const entries = Object.entries(typed).map(([name, value]) => {
    const [was, is] = [before, now].map((values) => (values as Record<string, unknown>)[name])
    return [name, mergedField(was, is, value)]
  })
  return Object.fromEntries(entries) as Values
}

function mergedField(was: unknown, is: unknown, typed: unknown): unknown {
  if (!Array.isArray(was) || !Array.isArray(is) || !Array.isArray(typed)) return typed === was ? is : typed
  const added = typed.filter((one) => !was.includes(one) && !is.includes(one))
  return [...is.filter((one) => typed.includes(one) || !was.includes(one)), ...added]
}
