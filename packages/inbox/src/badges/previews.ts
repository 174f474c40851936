import type { Conversation } from '../api/types.ts'

/** A feature's preview in a conversation's row, in place of the last message; null: none. */
export type Preview = (conversation: Conversation) => string | null

let all: Preview[] = []

export function registerPreviews(previews: Preview[]): void {
  all = previews
}

export function previewOf(conversation: Conversation): string | null {
  for (const preview of all) {
    const text = preview(conversation)
    if (text !== null) return text
  }
  return null
}
