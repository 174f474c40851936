import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { randomKey } from '../outbox/random-key.ts'
import { ownStorage } from '../session/own-storage.ts'
import { nameOfChannel } from './channel-names.ts'
import {
  asideText,
  type DraftState,
  emptyDraft,
  isUnsaved,
  joined,
  mergeWords,
  type SavedDraft,
} from './draft-state.ts'

/** A draft's place: a conversation, or the one new message. */
export type DraftPlace = { conversationId: string } | 'new'

export const keyOf = (place: DraftPlace) => (place === 'new' ? 'new' : place.conversationId)
const pathOf = (place: DraftPlace) =>
  place === 'new' ? '/drafts/new' : (`/conversations/${place.conversationId}/draft` as const)

/** What the hub has; null: nothing. */
export async function readSaved(place: DraftPlace): Promise<SavedDraft | null> {
  try {
    return (await request('GET', pathOf(place))).body ?? null
  } catch (error) {
    if (isStatus(error, 404)) return null
    throw error
  }
}

/** Saves with the hub, unless it has another version than this was begun from. */
export async function saveDraft(place: DraftPlace, state: DraftState, keepalive: boolean): Promise<SavedDraft> {
  const body = { ...state.words, set_aside: state.setAside, base_version: state.base.version }
  return (await request('PUT', pathOf(place), { body, keepalive })).body
}

/** Each tab stores a copy of its own, so that two that are cut off do not overwrite each other's. */
const tab = randomKey()
const copies = (place: DraftPlace) => `draft.${keyOf(place)}.`

/** At every key press, so that a crash between two saves loses nothing. */
export function storeCopy(place: DraftPlace, state: DraftState): void {
  const name = copies(place) + tab
  if (isUnsaved(state)) ownStorage.write(name, state)
  else ownStorage.remove(name)
}

/** What earlier visits left here unsaved, as one. */
export function takeStoredCopies(place: DraftPlace): DraftState | null {
  const found = ownStorage.keysFrom(copies(place)).flatMap((name) => {
    const copy = ownStorage.read<DraftState>(name)
    ownStorage.remove(name)
    return copy ?? []
  })
  const [first, ...others] = found.sort((one, other) => other.base.version - one.base.version)
  if (!first) return null
  const state = others.reduce(withCopy, first)
  storeCopy(place, state)
  return state
}

function withCopy(state: DraftState, copy: DraftState): DraftState {
  const [words, other] = mergeWords(state.words, copy.words, copy.isPutBack ? emptyDraft : copy.base)
  const aside = [state.setAside, copy.setAside, asideText(other, nameOfChannel)]
  return { ...state, words, setAside: joined(aside, words.body) }
}
