/** Whether another one has the same name. */
export function hasNamesake<Named extends { name: string }>(named: Named, all: readonly Named[]): boolean {
  return all.some((other) => other !== named && sameName(other.name) === sameName(named.name))
}

const sameName = (name: string) => name.trim().toLocaleLowerCase()

/** The name, followed by `distinction` where another one has the same name. */
export function fullName<Named extends { name: string }>(
  named: Named,
  all: readonly Named[],
  distinction: string,
): string {
  return hasNamesake(named, all) ? `${named.name} (${distinction})` : named.name
}
