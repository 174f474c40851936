import { focusComposer } from './composer-focus.ts'
import { type DraftWords, emptyDraft } from './draft-state.ts'
import { draftAt } from './drafts.ts'
import type { DraftPlace } from './kept.ts'

/** Puts the words of a message back where they can be changed. What stands there already is kept below. */
export function editAsDraft(conversationId: string, text: string): void {
  putBack({ conversationId }, { ...emptyDraft, body: text })
  focusComposer(conversationId)
}

/** The same of a message that began its conversation: it is a new one again. */
export function editAsNewMessage(words: DraftWords): void {
  putBack('new', words)
}

/** Takes words out again that were put back in vain, unless they were changed. */
export function withdrawWords(place: DraftPlace, text: string): void {
  const now = bodyAt(place)
  if (now === text) put(place, emptyDraft)
  else if (now.startsWith(`${text}\n\n`)) put(place, { ...emptyDraft, body: now.slice(text.length + 2) })
}

function putBack(place: DraftPlace, words: DraftWords): void {
  const before = bodyAt(place)
  put(place, before.trim() && before !== words.body ? { ...words, body: `${words.body}\n\n${before}` } : words)
}

const bodyAt = (place: DraftPlace) => draftAt(place).shown().words.body

function put(place: DraftPlace, words: DraftWords): void {
  draftAt(place).write({ words, isPutBack: words.body !== '' })
}
