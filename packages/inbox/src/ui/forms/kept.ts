const prefix = 'portico:form:'

/** What was typed into a form before a reload, in this tab. */
export function typedBefore<Values>(name: string | undefined): Partial<Values> {
  if (!name) return {}
  try {
    return JSON.parse(sessionStorage.getItem(prefix + name) ?? '{}') as Partial<Values>
  } catch {
    return {}
  }
}

export function keepTyped<Values>(name: string | undefined, values: Values, initial: Values): void {
  if (!name) return
  const text = JSON.stringify(values)
  try {
    if (text === JSON.stringify(initial)) sessionStorage.removeItem(prefix + name)
    else sessionStorage.setItem(prefix + name, text)
  } catch {
    // the tab's store is full or shut: the form still works, only a reload would forget it
  }
}

export function forgetTyped(name: string | undefined): void {
  if (name) sessionStorage.removeItem(prefix + name)
}
