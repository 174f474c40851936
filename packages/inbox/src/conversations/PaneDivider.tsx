import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { s } from '../strings/strings.ts'
import styles from './PaneDivider.module.css'

const [narrowest, widest, usual] = [280, 560, 340]
const storageKey = 'portico.listWidth'

export function useListWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => clamp(Number(localStorage.getItem(storageKey)) || usual))
  return [
    width,
    (next) => {
      setWidth(clamp(next))
      localStorage.setItem(storageKey, String(clamp(next)))
    },
  ]
}

const clamp = (width: number) => Math.round(Math.min(widest, Math.max(narrowest, width)))

/** The divider of list and thread: drag it, or move it with the arrow keys; a double click resets it. */
export function PaneDivider({ width, onChange }: { width: number; onChange: (width: number) => void }) {
  const drag = (event: PointerEvent<HTMLHRElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    onChange(event.clientX - (event.currentTarget.previousElementSibling?.getBoundingClientRect().left ?? 0))
  }
  const step = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') onChange(width - 16)
    if (event.key === 'ArrowRight') onChange(width + 16)
  }
  return (
    <hr
      tabIndex={0}
      aria-label={s.sidebar.collapse}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      className={styles.divider}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => onChange(usual)}
      onKeyDown={step}
    />
  )
}
