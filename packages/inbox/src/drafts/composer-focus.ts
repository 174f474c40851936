let pendingFocus: string | null = null

/** Puts the caret at the end of a conversation's composer, at once or when it is rendered. */
export function focusComposer(conversationId: string): void {
  const field = document.querySelector<HTMLTextAreaElement>('#composer')
  if (field?.dataset.conversation === conversationId) field.focus()
  else pendingFocus = conversationId
}

export function takePendingFocus(field: HTMLTextAreaElement | null): void {
  if (!field || field.dataset.conversation !== pendingFocus) return
  pendingFocus = null
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}
