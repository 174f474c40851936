import { nameOfChannel } from './channel-names.ts'
import { focusComposer } from './composer-focus.ts'
import { conflictText, type DraftContent, emptyDraft, isEmpty, joinTexts } from './draft-state.ts'
import { draftAt } from './drafts.ts'
import type { DraftKey } from './storage.ts'

/** Puts the text of a message back into the reply draft of its conversation. */
export function editAsDraft(conversationId: string, text: string): void {
  restoreToDraft({ conversationId }, { ...emptyDraft, body: text })
  focusComposer(conversationId)
}

/** Puts a message that started its conversation back into the draft of a new message. */
export function editAsNewMessage(content: DraftContent): void {
  restoreToDraft('new', content)
}

/** Removes text from a draft that was put back in vain, unless it was changed. */
export function removeFromDraft(key: DraftKey, text: string): void {
  const { content } = draftAt(key).shown()
  if (content.body === text) writeDraft(key, emptyDraft)
  else if (content.body.startsWith(`${text}\n\n`))
    writeDraft(key, { ...content, body: content.body.slice(text.length + 2) })
}

/** Keeps what the draft has already: its text below, its other fields as conflicting text. */
function restoreToDraft(key: DraftKey, content: DraftContent): void {
  const { content: before, conflictingText } = draftAt(key).shown()
  if (isEmpty(before)) {
    writeDraft(key, content)
    return
  }
  const body = before.body.trim() && before.body !== content.body ? `${content.body}\n\n${before.body}` : content.body
  const replaced = { ...before, body: '' }
  for (const field of ['channel_id', 'recipient', 'subject'] as const)
    if (before[field] === content[field]) replaced[field] = null
  writeDraft(key, { ...content, body }, joinTexts([conflictingText, conflictText(replaced, nameOfChannel)], body))
}

function writeDraft(
  key: DraftKey,
  content: DraftContent,
  conflictingText = draftAt(key).shown().conflictingText,
): void {
  draftAt(key).write({ content, conflictingText, isPutBack: content.body !== '' })
}
