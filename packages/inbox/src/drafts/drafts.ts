import { type ApiError, isStatus, isTemporary } from '../api/errors.ts'
import { s } from '../strings/strings.ts'
import { knownDrafts } from '../timeline/known-drafts.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { nameOfChannel } from './channel-names.ts'
import {
  type DraftContent,
  type DraftState,
  hasSameContent,
  isEmpty,
  isUnsaved,
  merge,
  noDraft,
  type SavedDraft,
} from './draft-state.ts'
import { type DraftKey, draftName, readSaved, saveDraft, storeCopy, takeStoredCopies } from './storage.ts'

/** Whether the content is changed since the last save, saved on this device only, or saved with the hub. */
export type SaveState = 'unsaved' | 'saved_locally' | 'saved'

interface ShownDraft extends DraftState {
  saveState: SaveState
  /** The hub's draft was read: empty content means that there is none. */
  isLoaded: boolean
}

const saveDebounceMs = 600
const saveRetryMs = 5_000

/** A draft in this tab: stored on this device at every key press, saved with the hub when the typing pauses. */
class Draft {
  readonly #key: DraftKey
  readonly #listeners = new Set<() => void>()
  #shown: ShownDraft
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Reads and saves run one after another, so that none returns a state from before the other. */
  #queue: Promise<void> = Promise.resolve()
  /** The hub refused a file of the draft, and the draft was read again. */
  #asksForFiles = false
  /** The content of a save without a response: the hub may have it. */
  #unconfirmed: DraftContent | undefined

  constructor(key: DraftKey) {
    this.#key = key
    this.#shown = { ...(takeStoredCopies(key) ?? noDraft), saveState: 'unsaved', isLoaded: false }
    if (key !== 'new' && knownDrafts.isNone(key.conversationId)) this.#merge(null)
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

  /** Changes the draft in this tab at once. */
  write(change: Partial<Omit<DraftState, 'base'>>): void {
    this.#show({ ...this.#shown, ...change, saveState: 'unsaved' })
    this.saveSoon(saveDebounceMs)
  }

  /** Reads the hub's draft, unless its version is known already. */
  read(version?: number): void {
    this.#enqueue(async () => {
      if (version !== undefined && version <= this.#shown.base.version) return
      this.#merge(await readSaved(this.#key))
    })
  }

  #merge(saved: SavedDraft | null): void {
    const isOwn = saved && this.#unconfirmed && hasSameContent(saved, this.#unconfirmed)
    this.#unconfirmed = undefined
    this.#show({
      ...this.#shown,
      ...(isOwn ? { base: saved } : merge(this.#shown, saved, nameOfChannel)),
      isLoaded: true,
    })
    if (isUnsaved(this.#shown)) this.saveSoon(saveDebounceMs)
  }

  /** The teammate sent a reply here, perhaps in another tab and with this content. */
  onReplySent(): void {
    if (!isEmpty(this.#shown.base)) this.read()
  }

  saveSoon(afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#enqueue(() => this.#save()), afterMs)
  }

  /** Saves when the page is closed; the copy on this device is there already. */
  saveOnPageHide(): void {
    if (isUnsaved(this.#shown)) saveDraft(this.#key, this.#shown, true).catch(() => undefined)
  }

  async #save(): Promise<void> {
    const state = this.#shown
    if (!isUnsaved(state)) return
    try {
      const base = await saveDraft(this.#key, state, false)
      this.#asksForFiles = false
      this.#unconfirmed = undefined
      const isSaved = this.#shown.content === state.content
      this.#show({ ...this.#shown, base, isPutBack: false, saveState: isSaved ? 'saved' : 'unsaved' })
      if (isUnsaved(this.#shown)) this.saveSoon(saveDebounceMs)
    } catch (error) {
      if (isStatus(error, 409)) return this.read()
      if (isFileGone(error)) return this.#withoutLostFiles()
      this.#unconfirmed = state.content
      this.#show({ ...this.#shown, saveState: 'saved_locally' })
      if (isTemporary(error)) this.saveSoon(saveRetryMs)
    }
  }

  /** The hub saves no draft with a file that is gone: it was sent on another device, then the draft says so, or it was removed. */
  #withoutLostFiles(): void {
    if (!this.#asksForFiles) {
      this.#asksForFiles = true
      this.read()
      return
    }
    this.#asksForFiles = false
    this.write({ content: { ...this.#shown.content, attachments: [] } })
    toast(s.composer.filesGone, { tone: 'danger' })
  }

  #show(next: ShownDraft): void {
    this.#shown = next
    storeCopy(this.#key, next)
    for (const listener of this.#listeners) listener()
  }

  /** Failed work is repeated when the hub can be reached, or at the next key press. */
  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch(() => undefined)
  }
}

function isFileGone(error: unknown): boolean {
  return isStatus(error, 400) && (error as ApiError).details.some((detail) => detail.includes('attachment_ids'))
}

const drafts = new Map<string, Draft>()

export function draftAt(key: DraftKey): Draft {
  const known = drafts.get(draftName(key))
  if (known) return known
  const draft = new Draft(key)
  drafts.set(draftName(key), draft)
  return draft
}

/** Another tab or device of this teammate changed or sent a draft. */
export function onDraftChanged(conversationId: string | null, version?: number): void {
  if (conversationId !== null) knownDrafts.forget(conversationId)
  drafts.get(conversationId ?? 'new')?.read(version)
}

export function onReplySent(conversationId: string): void {
  drafts.get(conversationId)?.onReplySent()
}

/** Reloads all drafts after the stream was interrupted. */
export function reloadDrafts(): void {
  knownDrafts.forgetAll()
  for (const draft of drafts.values()) draft.read()
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    for (const draft of drafts.values()) draft.saveOnPageHide()
  })
}
