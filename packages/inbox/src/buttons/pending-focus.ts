let isPending = false

/** The editor takes the focus as soon as its code is there. */
export function focusEditor(): void {
  isPending = true
}

export function takePendingFocus(): boolean {
  const was = isPending
  isPending = false
  return was
}
