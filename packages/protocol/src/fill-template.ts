const placeholder = /\{\{([^{}]{1,1000})\}\}/g

/** A variable of a message template with its value. */
export interface FilledVariable {
  uid: string
  name: string
  value: string
}

/**
 * Puts values into a text of a message template: `{{uid}}`, else `{{name}}`, else `{{2}}` for the second variable. A placeholder of no
 * variable stays. `write` makes what is written of names and values, for instance HTML of them.
 */
export function fillTemplate(
  text: string,
  variables: readonly FilledVariable[],
  write: (text: string) => string = (same) => same,
): string {
  const values = new Map<string, string>([
    ...variables.map(({ value }, index) => [String(index + 1), write(value)] as const),
    ...variables.map(({ name, value }) => [write(name.trim()), write(value)] as const),
    ...variables.map(({ uid, value }) => [write(uid.trim()), write(value)] as const),
  ])
  return text.replace(placeholder, (whole, key: string) => values.get(key.trim()) ?? whole)
}
