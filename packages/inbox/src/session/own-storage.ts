import { queryClient } from '../api/query-client.ts'
import { meQuery } from './session.ts'

/** What this device keeps for the teammate who is signed in; nobody else in this browser is shown it. */
const ownKey = (name: string) => `portico.${queryClient.getQueryData(meQuery.queryKey)?.id}.${name}`

export const ownStorage = {
  read: <Value>(name: string): Value | null => JSON.parse(localStorage.getItem(ownKey(name)) ?? 'null') as Value | null,
  write: (name: string, value: unknown) => localStorage.setItem(ownKey(name), JSON.stringify(value)),
  remove: (name: string) => localStorage.removeItem(ownKey(name)),
}
