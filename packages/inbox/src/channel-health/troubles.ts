import type { AnswerOf } from '@portico/protocol/operations'
import { queryOptions } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { request } from '../api/request.ts'
import { channelsQuery } from '../channels/queries.ts'
import { ownStorage } from '../session/own-storage.ts'

export type Trouble = AnswerOf<'GET', '/channel_troubles'>['_results'][number]

/** That a backlog grows old is no event. */
const ASK_EVERY_MS = 60_000

export const troublesQuery = queryOptions({
  // read again when the channels are (channels/on-event.ts)
  queryKey: [...channelsQuery.queryKey, 'troubles'],
  meta: { isForAdmins: true },
  queryFn: async ({ signal }) => {
    const troubles = (await request('GET', '/channel_troubles', { signal })).body._results
    dismissed.keepOnly(troubles)
    return troubles
  },
  staleTime: ASK_EVERY_MS / 2,
  refetchInterval: ASK_EVERY_MS,
})

/** The same for as long as the trouble lasts. The oldest message of a backlog changes all the time. */
function nameOf({ kind, channel_id, since }: Trouble): string {
  return `${kind} ${channel_id} ${kind === 'backlog' ? '' : since}`
}

const stored = 'dismissed-troubles'
let names: readonly string[] | undefined
const listeners = new Set<() => void>()

function current(): readonly string[] {
  names ??= ownStorage.read<string[]>(stored) ?? []
  return names
}

function change(next: readonly string[]): void {
  names = next
  if (next.length > 0) ownStorage.write(stored, next)
  else ownStorage.remove(stored)
  for (const listener of listeners) listener()
}

/** The troubles that the admin has dismissed on this device. One that is over is forgotten: the next is told again. */
const dismissed = {
  add(troubles: Trouble[]): void {
    change([...new Set([...current(), ...troubles.map(nameOf)])])
  },
  keepOnly(troubles: Trouble[]): void {
    const kept = current().filter((name) => troubles.some((trouble) => nameOf(trouble) === name))
    if (kept.length < current().length) change(kept)
  },
}

let isListening = false

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (!isListening) {
    isListening = true
    ownStorage.onChange(stored, () => {
      names = undefined
      for (const each of listeners) each()
    })
  }
  return () => listeners.delete(listener)
}

export const dismissTroubles = dismissed.add

/** Those of the troubles that are not dismissed. */
export function useUndismissed(troubles: Trouble[]): Trouble[] {
  const hidden = useSyncExternalStore(subscribe, current)
  return troubles.filter((trouble) => !hidden.includes(nameOf(trouble)))
}
