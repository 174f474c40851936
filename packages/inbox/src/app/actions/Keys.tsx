import { useEffect, useRef } from 'react'
import { useActionContext } from '../../actions/context.tsx'
import { inOneCommit } from '../../api/query-client.ts'
import { panels } from '../../ui/dialogs/panels.ts'
import { isAbove, keysRest } from '../../ui/keys/resting.ts'
import { pressed, ShortcutReader } from '../../ui/keys/shortcut.ts'
import { allActions } from './registry.ts'

/** Performs actions by their keys. Rests while somebody types and while something lies above the panes. */
export function Keys() {
  const context = useActionContext()
  const latest = useRef(context)
  latest.current = context
  useEffect(() => {
    const reader = new ShortcutReader()
    const onKey = (event: KeyboardEvent) => {
      const key = pressed(event)
      if (key === null || event.defaultPrevented) return
      const isModified = key.startsWith('Mod+')
      if (isModified ? panels.isOpen() || isAbove(event.target) : keysRest(event.target)) return
      if (key === 'Enter' && isControl(event.target)) return
      if (listKeys.has(key) && (event.shiftKey || !isInList(event.target))) return
      const here = { ...latest.current, ...latest.current.now() }
      const visible = allActions.filter((action) => action.isVisible(here))
      const shortcut = reader.read(
        key,
        event.timeStamp,
        (one) => visible.some((action) => action.shortcut === one || action.listKey === one),
        (one) => visible.some((action) => action.shortcut?.startsWith(`${one} `)),
      )
      if (!shortcut) return
      event.preventDefault()
      const action = visible.find((one) => one.shortcut === shortcut || one.listKey === shortcut)
      if (action) inOneCommit(() => action.perform(here))
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return null
}

const listKeys = new Set(allActions.flatMap(({ listKey }) => listKey ?? []))

/** Elsewhere the arrows, Home and End scroll. */
function isInList(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.closest('[role="feed"]') !== null)
}

/** Enter on a button or link is theirs. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary, [role="menuitem"]') !== null
}
