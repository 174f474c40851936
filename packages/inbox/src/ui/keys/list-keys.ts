import type { KeyboardEvent } from 'react'

const moves: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** Moves the focus through a list of links and buttons with the arrows, Home and End; Tab moves within an item. */
export function walkItems(event: KeyboardEvent<HTMLElement>): void {
  const move = moves[event.key]
  const target = event.target as HTMLElement
  if (!move || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  // a popup above the list handles its own keys
  if (target.closest('dialog, [role="menu"]') !== event.currentTarget.closest('dialog')) return
  const items = [...event.currentTarget.querySelectorAll('li')].flatMap((item) => item.querySelector('a, button') ?? [])
  const at = items.findIndex((item) => item.closest('li') === target.closest('li'))
  if (at === -1) return
  event.preventDefault()
  ;(items[move(at, items.length - 1)] as HTMLElement).focus()
}
