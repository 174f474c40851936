/** Whether another one has the same name. */
export function hasNamesake<Named extends { name: string }>(one: Named, all: readonly Named[]): boolean {
  return all.some((other) => other !== one && sameName(other.name) === sameName(one.name))
}

const sameName = (name: string) => name.trim().toLocaleLowerCase()

/** The name, followed by `distinction` where another one has the same name. */
export function fullName<Named extends { name: string }>(
  one: Named,
  all: readonly Named[],
  distinction: string,
): string {
  return hasNamesake(one, all) ? `${one.name} (${distinction})` : one.name
}
