let wantedFor: string | null = null

/** Puts the caret behind the words of a conversation's composer, at once or when it stands on the screen. */
export function focusComposer(conversationId: string): void {
  const field = document.querySelector<HTMLTextAreaElement>('#composer')
  if (field?.dataset.conversation === conversationId) field.focus()
  else wantedFor = conversationId
}

export function takeWantedFocus(field: HTMLTextAreaElement | null): void {
  if (!field || field.dataset.conversation !== wantedFor) return
  wantedFor = null
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}
