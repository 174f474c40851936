let isPressed = false

if (typeof window !== 'undefined') {
  const release = () => {
    isPressed = false
  }
  window.addEventListener('mousedown', () => (isPressed = true), true)
  for (const type of ['mouseup', 'dragend', 'blur']) window.addEventListener(type, release)
}

/** Runs `work` once the mouse button is up: a layout change during a press moves its target away, and the click is lost. */
export function afterPress(work: () => void): void {
  if (isPressed) window.addEventListener('mouseup', () => setTimeout(work), { once: true })
  else work()
}
