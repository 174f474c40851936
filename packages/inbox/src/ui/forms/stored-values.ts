const prefix = 'portico:form:'

/** The values that were typed into a form of this tab before a reload. */
export function storedValues<Values>(name: string | undefined): Partial<Values> {
  if (!name) return {}
  try {
    return JSON.parse(sessionStorage.getItem(prefix + name) ?? '{}') as Partial<Values>
  } catch {
    return {}
  }
}

export function storeValues<Values>(name: string | undefined, values: Values, initial: Values): void {
  if (!name) return
  const text = JSON.stringify(values)
  try {
    if (text === JSON.stringify(initial)) sessionStorage.removeItem(prefix + name)
    else sessionStorage.setItem(prefix + name, text)
  } catch {
    // sessionStorage is full or switched off: the form works, and a reload loses its values
  }
}

export function forgetValues(name: string | undefined): void {
  if (name) sessionStorage.removeItem(prefix + name)
}
