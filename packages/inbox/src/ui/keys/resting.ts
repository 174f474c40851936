import { useSyncExternalStore } from 'react'
import { dialogStore, useOpenDialog } from '../dialogs/open-dialog.ts'
import { isTyping } from './shortcut.ts'

/** Whether shortcuts are off there: somebody types, or a dialog is open. */
export function keysRest(target: EventTarget | null): boolean {
  return dialogStore.isOpen() || isAbove(target) || isTyping(target)
}

/** Menus and popovers have keys of their own. */
export function isAbove(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('[role="dialog"], [role="menu"], [aria-haspopup][aria-expanded="true"]') !== null
  )
}

function onFocusMoves(listener: () => void): () => void {
  document.addEventListener('focusin', listener)
  document.addEventListener('focusout', listener)
  return () => {
    document.removeEventListener('focusin', listener)
    document.removeEventListener('focusout', listener)
  }
}

/** Whether shortcuts are off now, so that a hint at one is shown only while it works. */
export function useKeysRest(): boolean {
  useOpenDialog()
  return useSyncExternalStore(onFocusMoves, () => keysRest(document.activeElement))
}
