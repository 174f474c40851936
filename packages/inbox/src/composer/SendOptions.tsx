import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'

import { Menu } from '@mantine/core'
import { IconArchive } from '@tabler/icons-react'
import { s } from '../strings/strings.ts'
import { useOpenedAtOnce } from '../ui/dialogs/whenWanted.tsx'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import { OptionsButton } from './OptionsButton.tsx'

/** The other ways to send, open. */
export default function SendOptions({ onSendAndArchive }: { onSendAndArchive?: () => void }) {
  const opening = useOpenedAtOnce()
  return (
    <Menu
      {...opening}
      withInitialFocusPlaceholder={false}
      position="top-end"
      width={240}
      withinPortal
      shadow="md"
      offset={4}
    >
      <Menu.Target>
        <OptionsButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArchive size={16} aria-hidden />}
          rightSection={<kbd>{shownShortcut('Mod+Shift+Enter').replace('Enter', '⏎')}</kbd>}
          onClick={onSendAndArchive}
        >
          {s.composer.sendAndArchive}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
