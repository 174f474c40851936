import type { Attachment } from '../api/types.ts'
import { type DraftButton, haveSameButtons } from '../buttons/button.ts'
import { isSameLocation, type Location } from '../locations/location.ts'
import { nameOfChannel } from './channel-names.ts'
import { focusComposer } from './composer-focus.ts'
import { conflictText, type DraftContent, emptyDraft, isEmpty, joinTexts } from './draft-state.ts'
import { draftAt } from './drafts.ts'
import type { DraftKey } from './storage.ts'

/** The parts of a message that can be edited again. */
interface Editable {
  text: string
  attachments?: Attachment[] | undefined
  buttons?: DraftButton[] | undefined
  location?: Location | null | undefined
}

/** Puts the content of a message back into the reply draft of its conversation. */
export function editAsDraft(
  conversationId: string,
  { text, attachments = [], buttons = [], location = null }: Editable,
): void {
  restoreToDraft({ conversationId }, { ...emptyDraft, body: text, attachments, buttons, location })
  focusComposer(conversationId)
}

/** Puts a message that started its conversation back into the draft of a new message. */
export function editAsNewMessage(content: DraftContent): void {
  restoreToDraft('new', content)
}

/** Removes what was put back into a draft in vain; what was changed since stays. */
export function removeFromDraft(key: DraftKey, { text, attachments: sent = [], ...gone }: Editable): void {
  const { content } = draftAt(key).shown()
  const attachments = content.attachments.filter(({ id }) => !sent.some((file) => file.id === id))
  const body = content.body === text ? '' : withoutBeginning(content.body, text)
  const buttons = haveSameButtons(content.buttons, gone.buttons ?? []) ? [] : content.buttons
  const location = isSameLocation(content.location, gone.location) ? null : content.location
  const left = { body, attachments, buttons, location }
  writeDraft(key, isEmpty({ ...emptyDraft, ...left }) ? emptyDraft : { ...content, ...left })
}

/** Keeps what the draft has already: its text below, its other fields as conflicting text. */
function restoreToDraft(key: DraftKey, content: DraftContent): void {
  const { content: before, conflictingText } = draftAt(key).shown()
  if (isEmpty(before)) {
    writeDraft(key, content)
    return
  }
  const body = joinBodies(content.body, before.body)
  const others = before.attachments.filter(({ id }) => !content.attachments.some((file) => file.id === id))
  const attachments = [...content.attachments, ...others]
  const replaced = { ...before, body: '' }
  const buttons = content.buttons.length > 0 ? content.buttons : before.buttons
  if (haveSameButtons(before.buttons, buttons)) replaced.buttons = []
  const location = content.location ?? before.location
  if (isSameLocation(before.location, location)) replaced.location = null
  for (const field of ['channel_id', 'recipient', 'subject'] as const)
    if (before[field] === content[field]) replaced[field] = null
  writeDraft(
    key,
    { ...content, body, attachments, buttons, location },
    joinTexts([conflictingText, conflictText(replaced, nameOfChannel)], body),
  )
}

function withoutBeginning(body: string, text: string): string {
  return text !== '' && body.startsWith(`${text}\n\n`) ? body.slice(text.length + 2) : body
}

function joinBodies(body: string, before: string): string {
  if (!before.trim() || before === body) return body
  return body.trim() ? `${body}\n\n${before}` : before
}

function writeDraft(
  key: DraftKey,
  content: DraftContent,
  conflictingText = draftAt(key).shown().conflictingText,
): void {
  const { body, attachments, buttons, location } = content
  const isPutBack = body !== '' || attachments.length > 0 || buttons.length > 0 || location !== null
  draftAt(key).write({ content, conflictingText, isPutBack })
}
