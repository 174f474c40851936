import { IconArchive, IconChevronUp } from '@tabler/icons-react'
import { s } from '../strings/strings.ts'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import { Menu, MenuItem } from '../ui/popups/Menu.tsx'
import styles from './Composer.module.css'

/** The other ways to send. */
export function SendOptions({ onSendAndArchive }: { onSendAndArchive: () => void }) {
  return (
    <Menu
      label={s.composer.options}
      side="above"
      edge="right"
      width={272}
      button={(props) => (
        <button type="button" {...props} className={styles.options} aria-label={s.composer.options}>
          <IconChevronUp size={16} aria-hidden />
        </button>
      )}
    >
      <MenuItem
        icon={IconArchive}
        hint={shownShortcut('Mod+Shift+Enter').replace('Enter', '⏎')}
        onSelect={onSendAndArchive}
      >
        {s.composer.sendAndArchive}
      </MenuItem>
    </Menu>
  )
}
