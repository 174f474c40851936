import { queryOptions } from '@tanstack/react-query'
import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Draft } from '../api/types.ts'
import { ownStorage } from '../session/own-storage.ts'

/** A draft's place: a conversation, or the one new message. */
export type DraftPlace = { conversationId: string } | 'new'

const pathOf = (place: DraftPlace) => (place === 'new' ? '/drafts/new' : `/conversations/${place.conversationId}/draft`)
const keyOf = (place: DraftPlace) => (place === 'new' ? 'new' : place.conversationId)
const copyOf = (place: DraftPlace) => `draft.${keyOf(place)}`

export type DraftWords = Omit<Draft, 'updated_at'>

export const emptyDraft: DraftWords = { body: '', channel_id: null, recipient: null, subject: null }

/** The draft the hub keeps, or the newer copy a crash left on this device. */
export function draftQuery(place: DraftPlace) {
  return queryOptions({
    queryKey: ['draft', keyOf(place)],
    queryFn: async ({ signal }): Promise<DraftWords> => {
      const kept = await readKept(place, signal)
      const copy = ownStorage.read<Draft>(copyOf(place))
      return copy && copy.updated_at > (kept?.updated_at ?? 0) ? copy : (kept ?? emptyDraft)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

async function readKept(place: DraftPlace, signal: AbortSignal): Promise<Draft | null> {
  try {
    return (await request<Draft | null>('GET', pathOf(place), { signal })).body ?? null
  } catch (error) {
    if (isStatus(error, 404)) return null
    throw error
  }
}

/** Saves with the hub; an empty draft is deleted there. */
export async function keepDraft(place: DraftPlace, draft: DraftWords, keepalive = false): Promise<void> {
  if (isEmpty(draft)) await request('DELETE', pathOf(place), { keepalive })
  else await request('PUT', pathOf(place), { body: draft, keepalive })
  ownStorage.remove(copyOf(place))
}

function isEmpty({ body, recipient, subject }: DraftWords): boolean {
  return !body.trim() && !recipient?.trim() && !subject?.trim()
}

/** At every key press, so that a crash between two saves loses nothing. Never throws. */
export function keepCopy(place: DraftPlace, draft: DraftWords): void {
  ownStorage.write(copyOf(place), { ...draft, updated_at: Date.now() / 1000 })
}
