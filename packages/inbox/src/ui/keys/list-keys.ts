import type { KeyboardEvent } from 'react'

const moves: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** The arrows, Home and End walk the items of a list of links and buttons; within an item Tab goes on. */
export function walkItems(event: KeyboardEvent<HTMLElement>): void {
  const move = moves[event.key]
  const target = event.target as HTMLElement
  if (!move || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  // what lies above the list has keys of its own
  if (target.closest('dialog, [role="menu"]') !== event.currentTarget.closest('dialog')) return
  const items = [...event.currentTarget.querySelectorAll('li')].flatMap((item) => item.querySelector('a, button') ?? [])
  const at = items.findIndex((one) => one.closest('li') === target.closest('li'))
  if (at === -1) return
  event.preventDefault()
  ;(items[move(at, items.length - 1)] as HTMLElement).focus()
}
