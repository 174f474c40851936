/** Does what can wait until what has changed is on the screen. A window that nobody sees is not painted: there it waits a moment. */
export function afterPaint(work: () => void): void {
  let isDone = false
  const once = () => {
    if (!isDone) work()
    isDone = true
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, 250)
}
