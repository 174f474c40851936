import { IconKey } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Button, Buttons } from '../forms/Button.tsx'
import styles from './ShownOnce.module.css'

interface ShownOnceProps {
  title: string
  once: string
  /** The advice for when it is lost. */
  lost?: string
  children: ReactNode
  dismiss: string
  onDismiss: () => void
  next?: ReactNode
}

/** A secret that is shown once. It takes the focus. */
export function ShownOnce({ title, once, lost, children, dismiss, onDismiss, next }: ShownOnceProps) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    box.current?.focus()
  }, [])
  return (
    <section ref={box} tabIndex={-1} className={styles.box} aria-label={title}>
      <header>
        <IconKey size={20} aria-hidden />
        <div>
          <h2>{title}</h2>
          <p>{once}</p>
        </div>
      </header>
      {children}
      {lost && <p className={styles.lost}>{lost}</p>}
      <Buttons>
        <Button kind="primary" onClick={onDismiss}>
          {dismiss}
        </Button>
        {next}
      </Buttons>
    </section>
  )
}
