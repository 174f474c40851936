import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { filled } from '../buttons/button.ts'
import { randomKey } from '../outbox/random-key.ts'
import { ownStorage } from '../session/own-storage.ts'
import { nameOfChannel } from './channel-names.ts'
import {
  conflictText,
  type DraftContent,
  type DraftState,
  emptyDraft,
  isUnsaved,
  joinTexts,
  mergeContent,
  noDraft,
  type SavedDraft,
} from './draft-state.ts'

/** The key of a draft: a conversation, or the one new message. */
export type DraftKey = { conversationId: string } | 'new'

export const draftName = (key: DraftKey) => (key === 'new' ? 'new' : key.conversationId)
const pathOf = (key: DraftKey) =>
  key === 'new' ? '/drafts/new' : (`/conversations/${key.conversationId}/draft` as const)

/** Reads the hub's draft; null: there is none. */
export async function readSaved(key: DraftKey): Promise<SavedDraft | null> {
  try {
    return (await request('GET', pathOf(key))).body ?? null
  } catch (error) {
    if (isStatus(error, 404)) return null
    throw error
  }
}

/** Saves with the hub; it refuses when its version is not the one that this draft was edited from. */
export async function saveDraft(key: DraftKey, state: DraftState, keepalive: boolean): Promise<SavedDraft> {
  const { attachments, ...fields } = state.content
  const attachment_ids = attachments.map(({ id }) => id)
  const body = {
    ...fields,
    buttons: filled(fields.buttons),
    attachment_ids,
    set_aside: state.conflictingText,
    base_version: state.base.version,
  }
  return (await request('PUT', pathOf(key), { body, keepalive })).body
}

/** Each tab stores its own copy, so that two tabs without a connection do not overwrite each other's. */
const tab = randomKey()
const copies = (key: DraftKey) => `draft.${draftName(key)}.`

/** The format in localStorage, which earlier versions wrote too. */
interface StoredCopy extends Pick<DraftState, 'base' | 'isPutBack'> {
  words: DraftContent
  setAside: string | null
}

/** Stores the draft at every key press, so that a crash between two saves loses nothing. */
export function storeCopy(key: DraftKey, state: DraftState): void {
  const name = copies(key) + tab
  const { content: words, conflictingText: setAside, base, isPutBack } = state
  if (isUnsaved(state)) ownStorage.write(name, { words, setAside, base, isPutBack } satisfies StoredCopy)
  else ownStorage.remove(name)
}

/** Merges the unsaved copies that earlier visits stored on this device. */
export function takeStoredCopies(key: DraftKey): DraftState | null {
  const found = ownStorage.keysFrom(copies(key)).flatMap((name) => {
    const copy = ownStorage.read<StoredCopy>(name)
    ownStorage.remove(name)
    if (!copy) return []
    const { words, setAside: conflictingText, base, isPutBack } = copy
    // earlier versions stored drafts without files, buttons and locations
    const content = { ...emptyDraft, ...words }
    return { content, conflictingText, base: { ...noDraft.base, ...base }, isPutBack }
  })
  const [first, ...others] = found.sort((a, b) => b.base.version - a.base.version)
  if (!first) return null
  const state = others.reduce(withCopy, first)
  storeCopy(key, state)
  return state
}

function withCopy(state: DraftState, copy: DraftState): DraftState {
  const [content, other] = mergeContent(state.content, copy.content, copy.isPutBack ? emptyDraft : copy.base)
  const conflicts = [state.conflictingText, copy.conflictingText, conflictText(other, nameOfChannel)]
  return { ...state, content, conflictingText: joinTexts(conflicts, content.body) }
}
