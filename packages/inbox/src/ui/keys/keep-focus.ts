/**
 * When what has the focus goes from the page, the nearest place around it takes the focus: a row, a heading, at last the
 * page. Otherwise it would be nowhere, and Tab would begin at the top again.
 */
export function keepFocus(): () => void {
  let around: Element[] = []
  const remember = ({ target }: FocusEvent) => {
    around = []
    for (let one = target as Element | null; one; one = one.parentElement) around.push(one)
  }
  const look = () => {
    if (document.activeElement !== document.body || around[0]?.isConnected !== false) return
    placeWithin(around)?.focus({ preventScroll: true })
  }
  const observer = new MutationObserver(look)
  observer.observe(document.body, { childList: true, subtree: true })
  document.addEventListener('focusin', remember)
  return () => {
    observer.disconnect()
    document.removeEventListener('focusin', remember)
  }
}

/** Nothing in particular has the focus: the page, or what is not to be seen any more. */
export function isFocusFree(): boolean {
  const { activeElement, body } = document
  return !activeElement || activeElement === body || activeElement.id === 'main' || !activeElement.checkVisibility()
}

function placeWithin(around: Element[]): HTMLElement | undefined {
  for (const one of around) {
    const places = one.isConnected ? [...one.querySelectorAll<HTMLElement>('[data-takes-focus]')] : []
    const place = places.find((it) => it.checkVisibility())
    if (place) return place
  }
  return document.getElementById('main') ?? undefined
}
