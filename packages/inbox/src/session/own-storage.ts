import { queryClient } from '../api/query-client.ts'
import { myId } from './session.ts'

/** What this device keeps for the teammate who is signed in; nobody else in this browser is shown it. */
const ownKey = (name: string) => `portico.${myId(queryClient)}.${name}`

/** A browser may keep nothing, because its storage is full or switched off. Then nothing here throws. */
export const ownStorage = {
  read: <Value>(name: string): Value | null => quietly(() => parse<Value>(localStorage.getItem(ownKey(name))), null),

  /** Whether it was kept. */
  write: (name: string, value: unknown): boolean =>
    quietly(() => {
      localStorage.setItem(ownKey(name), JSON.stringify(value))
      return true
    }, false),

  remove: (name: string): void => quietly(() => localStorage.removeItem(ownKey(name)), undefined),

  /** The names that begin so. */
  names: (beginning: string): string[] =>
    quietly(() => {
      const start = ownKey(beginning)
      return Object.keys(localStorage).flatMap((key) =>
        key.startsWith(start) ? beginning + key.slice(start.length) : [],
      )
    }, []),

  /** Hears of changes that other tabs make to names that begin so. */
  onChange(beginning: string, hear: () => void): void {
    window.addEventListener('storage', ({ key }) => {
      if (key === null || key.startsWith(ownKey(beginning))) hear()
    })
  },
}

function parse<Value>(text: string | null): Value | null {
  return text === null ? null : (JSON.parse(text) as Value)
}

function quietly<Result>(use: () => Result, otherwise: Result): Result {
  try {
    return use()
  } catch {
    return otherwise
  }
}
