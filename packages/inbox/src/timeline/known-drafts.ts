/** Conversations without a draft, as their timelines reported; the stream reports every later change. */
const none = new Set<string>()
let changes = 0

export const knownDrafts = {
  /** The number of changes of drafts: a response to an earlier request may be outdated. */
  changes: () => changes,

  note(conversationId: string, kept: string | null, changesBefore: number): void {
    if (kept === 'none' && changesBefore === changes) none.add(conversationId)
  },

  isNone: (conversationId: string): boolean => none.has(conversationId),

  forget(conversationId: string): void {
    changes++
    none.delete(conversationId)
  },

  forgetAll(): void {
    changes++
    none.clear()
  },
}
