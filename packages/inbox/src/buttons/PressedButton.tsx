import { IconHandClick } from '@tabler/icons-react'
import type { Message } from '../api/types.ts'
import styles from './buttons.module.css'
import { t } from './editor-strings.ts'

interface PressedButtonProps {
  pressed: Message['pressed']
  button: NonNullable<Message['metadata']['pressed_button']>
}

/** That a message is a press, and of which button. */
export function PressedButton({ pressed, button: { id, title } }: PressedButtonProps) {
  return (
    <p className={styles.pressed}>
      <IconHandClick size={14} aria-hidden />
      <bdi>{pressed ? t.pressed(pressed.title) : t.pressedUnknown(title ?? id)}</bdi>
    </p>
  )
}
