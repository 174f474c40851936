import { focusComposer } from './composer-focus.ts'
import { emptyDraft } from './draft-state.ts'
import { draftAt } from './drafts.ts'

/** Puts the words of a message back where they can be changed. What stands there already is kept below. */
export function editAsDraft(conversationId: string, text: string): void {
  const before = bodyOf(conversationId)
  put(conversationId, before.trim() && before !== text ? `${text}\n\n${before}` : text)
  focusComposer(conversationId)
}

/** Takes words out again that were put back in vain, unless they were changed. */
export function withdrawWords(conversationId: string, text: string): void {
  const now = bodyOf(conversationId)
  if (now === text) put(conversationId, '')
  else if (now.startsWith(`${text}\n\n`)) put(conversationId, now.slice(text.length + 2))
}

const bodyOf = (conversationId: string) => draftAt({ conversationId }).shown().words.body

function put(conversationId: string, body: string): void {
  draftAt({ conversationId }).write({ words: { ...emptyDraft, body }, isPutBack: body !== '' })
}
