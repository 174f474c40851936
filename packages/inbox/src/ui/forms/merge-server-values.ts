/** Merges a change of the server's values, from `before` to `current`, into a form: fields that were edited keep their input. */
export function mergeServerValues<Values extends object>(before: Values, current: Values, input: Values): Values {
  const entries = Object.entries(input).map(([name, value]) => {
    const [old, next] = [before, current].map((values) => (values as Record<string, unknown>)[name])
    return [name, mergeField(old, next, value)]
  })
  return Object.fromEntries(entries) as Values
}

function mergeField(old: unknown, next: unknown, input: unknown): unknown {
  if (!Array.isArray(old) || !Array.isArray(next) || !Array.isArray(input)) return input === old ? next : input
  const added = input.filter((entry) => !old.includes(entry) && !next.includes(entry))
  return [...next.filter((entry) => input.includes(entry) || !old.includes(entry)), ...added]
}
