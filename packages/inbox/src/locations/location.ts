import type { Location } from '@portico/protocol/wire'

export type { Location }

const keys = ['latitude', 'longitude', 'name', 'address', 'url'] as const

export function isSameLocation(a: Location | null | undefined, b: Location | null | undefined): boolean {
  if (!a || !b) return !a && !b
  return keys.every((key) => (a[key] ?? null) === (b[key] ?? null))
}
