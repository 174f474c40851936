import { useEffect, useRef } from 'react'
import { useActionContext } from '../../actions/context.tsx'
import { dialogStore } from '../../ui/dialogs/open-dialog.ts'
import { isAbove, keysRest } from '../../ui/keys/resting.ts'
import { pressed, ShortcutReader } from '../../ui/keys/shortcut.ts'
import { allActions } from './registry.ts'

/** Performs actions by their shortcuts, except while somebody types or a dialog is open. */
export function KeyboardShortcuts() {
  const context = useActionContext()
  const latest = useRef(context)
  latest.current = context
  useEffect(() => {
    const reader = new ShortcutReader()
    const onKey = (event: KeyboardEvent) => {
      const key = pressed(event)
      if (key === null || event.defaultPrevented) return
      const isModified = key.startsWith('Mod+')
      if (isModified ? dialogStore.isOpen() || isAbove(event.target) : keysRest(event.target)) return
      if (key === 'Enter' && isControl(event.target)) return
      if (listKeys.has(key) && (event.shiftKey || !isInList(event.target))) return
      const here = { ...latest.current, ...latest.current.now() }
      const visible = allActions.filter((action) => action.isVisible(here))
      const shortcut = reader.read(
        key,
        event.timeStamp,
        (keys) => visible.some((action) => action.shortcut === keys || action.listKey === keys),
        (keys) => visible.some((action) => action.shortcut?.startsWith(`${keys} `)),
      )
      if (!shortcut) return
      event.preventDefault()
      const action = visible.find(({ shortcut: keys, listKey }) => keys === shortcut || listKey === shortcut)
      action?.perform(here)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return null
}

const listKeys = new Set(allActions.flatMap(({ listKey }) => listKey ?? []))

/** Whether the list handles the arrows, Home and End; elsewhere they scroll. */
function isInList(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.closest('[role="feed"]') !== null)
}

/** Whether a control handles Enter itself. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary, [role="menuitem"]') !== null
}
