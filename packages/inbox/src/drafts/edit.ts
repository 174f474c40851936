import { nameOfChannel } from './channel-names.ts'
import { focusComposer } from './composer-focus.ts'
import { asideText, type DraftWords, emptyDraft, isEmpty, joined } from './draft-state.ts'
import { draftAt } from './drafts.ts'
import type { DraftPlace } from './storage.ts'

/** Puts the words of a message back where they can be changed. */
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
  const { words } = draftAt(place).shown()
  if (words.body === text) put(place, emptyDraft)
  else if (words.body.startsWith(`${text}\n\n`)) put(place, { ...words, body: words.body.slice(text.length + 2) })
}

/** What stands there already stays: its text below, what else it says beside. */
function putBack(place: DraftPlace, words: DraftWords): void {
  const { words: before, setAside } = draftAt(place).shown()
  if (isEmpty(before)) {
    put(place, words)
    return
  }
  const body = before.body.trim() && before.body !== words.body ? `${words.body}\n\n${before.body}` : words.body
  const replaced = { ...before, body: '' }
  for (const field of ['channel_id', 'recipient', 'subject'] as const)
    if (before[field] === words[field]) replaced[field] = null
  put(place, { ...words, body }, joined([setAside, asideText(replaced, nameOfChannel)], body))
}

function put(place: DraftPlace, words: DraftWords, setAside = draftAt(place).shown().setAside): void {
  draftAt(place).write({ words, setAside, isPutBack: words.body !== '' })
}
