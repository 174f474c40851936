export interface Placing {
  side: 'above' | 'below'
  /** The edge of the button it lines up with. */
  edge: 'left' | 'right'
}

type Box = Pick<DOMRect, 'top' | 'bottom' | 'left' | 'right'>
type Size = Pick<DOMRect, 'width' | 'height'>

const gap = 4
const margin = 8

/** The room above and below a button; a popup takes no more than the greater of the two. */
export function roomAround(button: Box, screen: Size): Record<Placing['side'], number> {
  return { above: button.top - gap - margin, below: screen.height - button.bottom - gap - margin }
}

/** On its side of the button, or on the other where only that has the room; never over the edge of the screen. */
export function placeOf(button: Box, popup: Size, screen: Size, { side, edge }: Placing) {
  const room = roomAround(button, screen)
  const other = side === 'above' ? 'below' : 'above'
  const chosen = popup.height > room[side] && room[other] > room[side] ? other : side
  const wanted = edge === 'left' ? button.left : button.right - popup.width
  const left = Math.max(margin, Math.min(wanted, screen.width - popup.width - margin))
  return chosen === 'above' ? { left, bottom: screen.height - button.top + gap } : { left, top: button.bottom + gap }
}

/** Sets a popup beside its button, now and whenever one of them changes its size or what is around them scrolls. */
export function keepBeside(button: HTMLElement, popup: HTMLElement, placing: Placing): () => void {
  const place = () => {
    const { clientWidth: width, clientHeight: height } = document.documentElement
    const screen = { width, height }
    const at = button.getBoundingClientRect()
    const { above, below } = roomAround(at, screen)
    popup.style.setProperty('--room', `${Math.max(above, below)}px`)
    const { left, top, bottom } = {
      top: undefined,
      bottom: undefined,
      ...placeOf(at, popup.getBoundingClientRect(), screen, placing),
    }
    const pixels = (value: number | undefined) => (value === undefined ? 'auto' : `${value}px`)
    Object.assign(popup.style, { left: pixels(left), top: pixels(top), bottom: pixels(bottom) })
  }
  place()
  const sizes = new ResizeObserver(place)
  sizes.observe(popup)
  sizes.observe(button)
  window.addEventListener('resize', place)
  document.addEventListener('scroll', place, { capture: true, passive: true })
  return () => {
    sizes.disconnect()
    window.removeEventListener('resize', place)
    document.removeEventListener('scroll', place, { capture: true })
  }
}
