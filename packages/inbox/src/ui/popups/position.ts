export interface Placement {
  side: 'above' | 'below'
  /** The edge of the button it lines up with. */
  edge: 'left' | 'right'
}

type Box = Pick<DOMRect, 'top' | 'bottom' | 'left' | 'right'>
type Size = Pick<DOMRect, 'width' | 'height'>

const gap = 4
const margin = 8

/** The room above and below a button; a popup takes no more than the greater of the two. */
export function roomAround(button: Box, screen: Size): Record<Placement['side'], number> {
  return { above: button.top - gap - margin, below: screen.height - button.bottom - gap - margin }
}

/** The position on its side of the button, or on the other when only that has room; never beyond the edge of the screen. */
export function positionFor(button: Box, popup: Size, screen: Size, { side, edge }: Placement) {
  const room = roomAround(button, screen)
  const other = side === 'above' ? 'below' : 'above'
  const chosen = popup.height > room[side] && room[other] > room[side] ? other : side
  const preferred = edge === 'left' ? button.left : button.right - popup.width
  const left = Math.max(margin, Math.min(preferred, screen.width - popup.width - margin))
  return chosen === 'above' ? { left, bottom: screen.height - button.top + gap } : { left, top: button.bottom + gap }
}

/** Positions a popup beside its button, and again whenever either is resized or the page scrolls. */
export function keepBeside(button: HTMLElement, popup: HTMLElement, placement: Placement): () => void {
  const updatePosition = () => {
    const { clientWidth: width, clientHeight: height } = document.documentElement
    const screen = { width, height }
    const at = button.getBoundingClientRect()
    const { above, below } = roomAround(at, screen)
    popup.style.setProperty('--room', `${Math.max(above, below)}px`)
    const { left, top, bottom } = {
      top: undefined,
      bottom: undefined,
      ...positionFor(at, popup.getBoundingClientRect(), screen, placement),
    }
    const pixels = (value: number | undefined) => (value === undefined ? 'auto' : `${value}px`)
    Object.assign(popup.style, { left: pixels(left), top: pixels(top), bottom: pixels(bottom) })
  }
  updatePosition()
  const sizes = new ResizeObserver(updatePosition)
  sizes.observe(popup)
  sizes.observe(button)
  window.addEventListener('resize', updatePosition)
  document.addEventListener('scroll', updatePosition, { capture: true, passive: true })
  return () => {
    sizes.disconnect()
    window.removeEventListener('resize', updatePosition)
    document.removeEventListener('scroll', updatePosition, { capture: true })
  }
}
