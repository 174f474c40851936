import { queryClient } from '../api/query-client.ts'
import { myId } from './session.ts'

/** The localStorage key of a value that belongs to the signed-in teammate alone. */
const ownKey = (name: string) => `portico.${myId(queryClient)}.${name}`

/** Values of the signed-in teammate in localStorage. Nothing here throws when storage is full or switched off. */
export const ownStorage = {
  read: <Value>(name: string): Value | null => quietly(() => parse<Value>(localStorage.getItem(ownKey(name))), null),

  /** Gives whether the value was stored. */
  write: (name: string, value: unknown): boolean =>
    quietly(() => {
      localStorage.setItem(ownKey(name), JSON.stringify(value))
      return true
    }, false),

  remove: (name: string): void => quietly(() => localStorage.removeItem(ownKey(name)), undefined),

  /** The names that begin with a prefix. */
  keysFrom: (beginning: string): string[] =>
    quietly(() => {
      const start = ownKey(beginning)
      return Object.keys(localStorage).flatMap((key) =>
        key.startsWith(start) ? beginning + key.slice(start.length) : [],
      )
    }, []),

  /** Calls back when another tab changes a value whose name begins with a prefix. */
  onChange(beginning: string, callback: () => void): void {
    window.addEventListener('storage', ({ key }) => {
      if (key === null || key.startsWith(ownKey(beginning))) callback()
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
