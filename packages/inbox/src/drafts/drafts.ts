import { isStatus, isTemporary } from '../api/errors.ts'
import { knownDrafts } from '../timeline/known-drafts.ts'
import { nameOfChannel } from './channel-names.ts'
import {
  type DraftState,
  type DraftWords,
  isEmpty,
  isUnsaved,
  merge,
  noDraft,
  type SavedDraft,
  sayTheSame,
} from './draft-state.ts'
import { type DraftPlace, keyOf, readSaved, saveDraft, storeCopy, takeStoredCopies } from './storage.ts'

/** Where the words are: as the hub has them, on this device only, or changed a moment ago. */
export type SaveState = 'unchanged' | 'here' | 'saved'

interface ShownDraft extends DraftState {
  saveState: SaveState
  /** What the hub has was read: no words means that there are none. */
  isRead: boolean
}

const restMs = 600
const retryMs = 5_000

/** One draft on this screen: copied on this device at every key, saved with the hub when the typing rests. */
class Draft {
  readonly #place: DraftPlace
  readonly #listeners = new Set<() => void>()
  #shown: ShownDraft
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Reads and saves take turns, so that none is answered with what was before the other. */
  #turn: Promise<void> = Promise.resolve()
  /** Of a save that got no answer: the hub may have it. */
  #unanswered: DraftWords | undefined

  constructor(place: DraftPlace) {
    this.#place = place
    this.#shown = { ...(takeStoredCopies(place) ?? noDraft), saveState: 'unchanged', isRead: false }
    if (place !== 'new' && knownDrafts.isNone(place.conversationId)) this.#merge(null)
    else this.read()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      this.saveSoon(0)
    }
  }

  shown = (): ShownDraft => this.#shown

  /** Changes what stands here, at once. */
  write(change: Partial<Omit<DraftState, 'base'>>): void {
    this.#show({ ...this.#shown, ...change, saveState: 'unchanged' })
    this.saveSoon(restMs)
  }

  /** Reads what the hub has by now; unless it is known to be no other version. */
  read(version?: number): void {
    this.#inTurn(async () => {
      if (version !== undefined && version <= this.#shown.base.version) return
      this.#merge(await readSaved(this.#place))
    })
  }

  #merge(saved: SavedDraft | null): void {
    const isOwn = saved && this.#unanswered && sayTheSame(saved, this.#unanswered)
    this.#unanswered = undefined
    this.#show({
      ...this.#shown,
      ...(isOwn ? { base: saved } : merge(this.#shown, saved, nameOfChannel)),
      isRead: true,
    })
    if (isUnsaved(this.#shown)) this.saveSoon(restMs)
  }

  /** The teammate answered here, perhaps on another screen and with these words. */
  hearOfReply(): void {
    if (!isEmpty(this.#shown.base)) this.read()
  }

  saveSoon(afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#inTurn(() => this.#save()), afterMs)
  }

  /** The page goes away: what is not saved is on this device, and on its way. */
  leave(): void {
    if (isUnsaved(this.#shown)) saveDraft(this.#place, this.#shown, true).catch(() => undefined)
  }

  async #save(): Promise<void> {
    const state = this.#shown
    if (!isUnsaved(state)) return
    try {
      const base = await saveDraft(this.#place, state, false)
      this.#unanswered = undefined
      const isSaved = this.#shown.words === state.words
      this.#show({ ...this.#shown, base, isPutBack: false, saveState: isSaved ? 'saved' : 'unchanged' })
      if (isUnsaved(this.#shown)) this.saveSoon(restMs)
    } catch (error) {
      if (isStatus(error, 409)) return this.read()
      this.#unanswered = state.words
      this.#show({ ...this.#shown, saveState: 'here' })
      if (isTemporary(error)) this.saveSoon(retryMs)
    }
  }

  #show(next: ShownDraft): void {
    this.#shown = next
    storeCopy(this.#place, next)
    for (const listener of this.#listeners) listener()
  }

  /** What fails is tried again when the hub can be reached, or with the next key. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch(() => undefined)
  }
}

const drafts = new Map<string, Draft>()

export function draftAt(place: DraftPlace): Draft {
  const known = drafts.get(keyOf(place))
  if (known) return known
  const draft = new Draft(place)
  drafts.set(keyOf(place), draft)
  return draft
}

/** Another screen of this teammate changed or sent a draft. */
export function hearOfDraft(conversationId: string | null, version?: number): void {
  if (conversationId !== null) knownDrafts.forget(conversationId)
  drafts.get(conversationId ?? 'new')?.read(version)
}

export function hearOfReply(conversationId: string): void {
  drafts.get(conversationId)?.hearOfReply()
}

/** After a time in which nothing was heard. */
export function rereadDrafts(): void {
  knownDrafts.forgetAll()
  for (const draft of drafts.values()) draft.read()
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    for (const draft of drafts.values()) draft.leave()
  })
}
