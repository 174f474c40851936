/** Conversations in which this teammate has begun nothing, as the hub told with their timeline; the stream tells of every change since. */
const none = new Set<string>()
let changes = 0

export const knownDrafts = {
  /** How often something was heard of drafts: an answer to what was asked before the last time may be from before it. */
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
