import { IconChevronUp } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'
import { s } from '../strings/strings.ts'
import styles from './Composer.module.css'

interface OptionsButtonProps extends ComponentPropsWithRef<'button'> {
  onSendAndArchive?: () => void
}

export function OptionsButton({ onSendAndArchive: _menu, ...props }: OptionsButtonProps) {
  return (
    <button type="button" aria-haspopup="menu" {...props} className={styles.options} aria-label={s.composer.options}>
      <IconChevronUp size={16} aria-hidden />
    </button>
  )
}
