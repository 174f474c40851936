/** Whether another of them has its name, so that more must be said to tell them apart. */
export function hasNamesake<Named extends { name: string }>(one: Named, all: readonly Named[]): boolean {
  return all.some((other) => other !== one && sameName(other.name) === sameName(one.name))
}

const sameName = (name: string) => name.trim().toLocaleLowerCase()

/** Its name for a choice, with what tells it apart where the name does not. */
export function fullName<Named extends { name: string }>(one: Named, all: readonly Named[], mark: string): string {
  return hasNamesake(one, all) ? `${one.name} (${mark})` : one.name
}
