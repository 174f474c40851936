import { useSyncExternalStore } from 'react'
import type { DraftContent } from './draft-state.ts'
import { draftAt } from './drafts.ts'
import type { DraftKey } from './storage.ts'

/** The draft of a composer. */
export function useDraft(key: DraftKey) {
  const draft = draftAt(key)
  const { content, conflictingText, saveState, isLoaded } = useSyncExternalStore(draft.subscribe, draft.shown)
  return {
    draft: content,
    saveState,
    isLoaded,
    conflictingText,
    write: (next: DraftContent) => draft.write({ content: next }),
    /** Appends the conflicting text to the body, or discards it. */
    resolveConflict: (keep: boolean) => {
      const body = keep ? [content.body, conflictingText].filter(Boolean).join('\n\n') : content.body
      draft.write({ content: { ...content, body }, conflictingText: null })
    },
  }
}
