import { IconPencilPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { s } from '../strings/strings.ts'
import styles from './NewMessageLink.module.css'

export function NewMessageLink() {
  return (
    <Link to="/new" className={styles.compose} aria-keyshortcuts="N">
      <IconPencilPlus size={16} aria-hidden />
      <span>{s.sidebar.newMessage}</span>
      <kbd aria-hidden>N</kbd>
    </Link>
  )
}
