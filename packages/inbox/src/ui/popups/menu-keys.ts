import type { KeyboardEvent } from 'react'

/** The keys of a menu: arrows go round, Home, End, the first letter of an item; Tab leaves. */
export function walkMenu(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { key, currentTarget } = event
  // the focus is back at the button before Tab moves it on
  if (key === 'Tab') currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
  const items = [...currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
  const names = items.map((item) => item.querySelector('bdi')?.textContent ?? '')
  const to = itemAfter(key, items.indexOf(event.target as HTMLElement), names)
  if (to === undefined) return
  event.preventDefault()
  items[to]?.focus()
}

/** The item that a key moves to, if any. */
export function itemAfter(key: string, at: number, names: string[]): number | undefined {
  const { length } = names
  if (key === 'ArrowDown') return (at + 1) % length
  if (key === 'ArrowUp') return (Math.max(at, 0) - 1 + length) % length
  if (key === 'Home') return 0
  if (key === 'End') return length - 1
  if ([...key].length !== 1 || key === ' ') return undefined
  const letter = key.toLocaleLowerCase()
  const next = names.map((_, step) => (at + 1 + step) % length)
  return next.find((index) => names[index]?.toLocaleLowerCase().startsWith(letter))
}
