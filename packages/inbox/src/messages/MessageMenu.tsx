import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel, Message } from '../api/types.ts'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Menu, MenuItem } from '../ui/popups/Menu.tsx'
import styles from '../ui/popups/round-button.module.css'
import { removeMessage } from './changes.ts'
import { editing, isEditable, isRemovable, useEditing } from './editing.ts'
import { t } from './strings.ts'

interface MessageMenuProps {
  message: Message
  conversationId: string
  channel: Channel | undefined
}

/** What can be done about a message; nothing where there is nothing. */
export function MessageMenu({ message, conversationId, channel }: MessageMenuProps) {
  const queryClient = useQueryClient()
  const [asksToRemove, setAsksToRemove] = useState(false)
  const isEditing = useEditing(message.id) !== null
  const capabilities = channel?.channel_type.capabilities
  const [canEdit, canRemove] = [isEditable(message, capabilities), isRemovable(message, capabilities)]
  if (isEditing || (!canEdit && !canRemove)) return null
  return (
    <>
      <Menu
        label={t.menu}
        side="below"
        edge="right"
        width={272}
        button={(props) => (
          <button type="button" {...props} data-more className={styles.button} aria-label={t.menu}>
            <IconDots size={16} aria-hidden />
          </button>
        )}
      >
        {canEdit && (
          <MenuItem icon={IconPencil} onSelect={() => editing.start(message)}>
            {t.edit}
          </MenuItem>
        )}
        {canRemove && (
          <MenuItem icon={IconTrash} onSelect={() => setAsksToRemove(true)}>
            {t.remove}
          </MenuItem>
        )}
      </Menu>
      {asksToRemove && (
        <ConfirmDialog
          title={t.confirmTitle}
          button={t.confirmButton}
          onConfirm={() => removeMessage(queryClient, conversationId, message.id)}
          onClose={() => setAsksToRemove(false)}
        >
          <p>{t.confirmText}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
