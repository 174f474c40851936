/** Calls a function after the next paint. A hidden window is not painted: there it is called after a moment. */
export function afterPaint(work: () => void): void {
  let isDone = false
  const once = () => {
    if (!isDone) work()
    isDone = true
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, 250)
}
