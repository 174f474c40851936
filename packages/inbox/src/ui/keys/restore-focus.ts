/**
 * Moves the focus when its element is removed from the page: to the nearest focusable element around it (a row, a heading), or to
 * the page. Otherwise the focus would be lost, and Tab would begin at the top.
 */
export function restoreLostFocus(): () => void {
  let ancestors: Element[] = []
  const remember = ({ target }: FocusEvent) => {
    ancestors = []
    for (let element = target as Element | null; element; element = element.parentElement) ancestors.push(element)
  }
  const restore = () => {
    if (document.activeElement !== document.body || ancestors[0]?.isConnected !== false) return
    nearestFocusable(ancestors)?.focus({ preventScroll: true })
  }
  const observer = new MutationObserver(restore)
  observer.observe(document.body, { childList: true, subtree: true })
  document.addEventListener('focusin', remember)
  return () => {
    observer.disconnect()
    document.removeEventListener('focusin', remember)
  }
}

/** Whether no visible element has the focus, except the page itself. */
export function isFocusFree(): boolean {
  const { activeElement, body } = document
  return !activeElement || activeElement === body || activeElement.id === 'main' || !activeElement.checkVisibility()
}

function nearestFocusable(ancestors: Element[]): HTMLElement | undefined {
  for (const ancestor of ancestors) {
    const candidates = ancestor.isConnected ? [...ancestor.querySelectorAll<HTMLElement>('[data-takes-focus]')] : []
    const visible = candidates.find((element) => element.checkVisibility())
    if (visible) return visible
  }
  return document.getElementById('main') ?? undefined
}
