import type { ComponentPropsWithRef } from 'react'
import type { Message } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import styles from './DeliveryLine.module.css'

export interface StateProps {
  message: Message
  words: string
}

export function StateButton({ message: _message, words, ...props }: StateProps & ComponentPropsWithRef<'button'>) {
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      {...props}
      className={styles.state}
      aria-label={s.delivery.showTimeline(words)}
    >
      <bdi>{words}</bdi>
    </button>
  )
}
