import { useSyncExternalStore } from 'react'
import type { DraftWords } from './draft-state.ts'
import { draftAt } from './drafts.ts'
import type { DraftPlace } from './storage.ts'

/** A draft to type into. */
export function useDraft(place: DraftPlace) {
  const draft = draftAt(place)
  const { words, setAside, saveState, isRead } = useSyncExternalStore(draft.subscribe, draft.shown)
  return {
    draft: words,
    saveState,
    isRead,
    setAside,
    write: (next: DraftWords) => draft.write({ words: next }),
    /** What was set aside goes below the words, or away. */
    takeAside: (isWanted: boolean) => {
      const body = isWanted ? [words.body, setAside].filter(Boolean).join('\n\n') : words.body
      draft.write({ words: { ...words, body }, setAside: null })
    },
  }
}
