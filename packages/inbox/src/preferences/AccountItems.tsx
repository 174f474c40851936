import { IconCommand, IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { signOut, useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import { MenuCheck, MenuDivider, MenuGroup, MenuItem, MenuRadio } from '../ui/popups/Menu.tsx'
import { setColorScheme, useColorScheme } from '../ui/theme/color-scheme.ts'
import { setEnterToSend } from './enter-to-send.ts'

const schemes = [
  { value: 'light', icon: IconSun, name: s.sidebar.light },
  { value: 'dark', icon: IconMoon, name: s.sidebar.dark },
  { value: 'auto', icon: IconDeviceDesktop, name: s.sidebar.auto },
] as const

export default function AccountItems() {
  const colorScheme = useColorScheme()
  const queryClient = useQueryClient()
  const isTouch = useTouchKeyboard()
  const entersSend = useMe().preferences.enter_to_send !== false
  return (
    <>
      <MenuGroup label={s.sidebar.appearance}>
        {schemes.map(({ value, icon, name }) => (
          <MenuRadio key={value} isChecked={value === colorScheme} icon={icon} onSelect={() => setColorScheme(value)}>
            {name}
          </MenuRadio>
        ))}
      </MenuGroup>
      <MenuDivider />
      {!isTouch && (
        <MenuCheck isChecked={entersSend} onSelect={() => setEnterToSend(queryClient, !entersSend)}>
          {s.sidebar.enterToSend}
        </MenuCheck>
      )}
      <MenuItem icon={IconCommand} hint={shownShortcut('Mod+K')} onSelect={() => dialogStore.open('commands')}>
        {s.sidebar.commands}
      </MenuItem>
      {!isTouch && (
        <MenuItem icon={IconKeyboard} hint="?" onSelect={() => dialogStore.open('help')}>
          {s.sidebar.shortcuts}
        </MenuItem>
      )}
      <MenuDivider />
      <MenuItem icon={IconLogout} onSelect={() => void signOut()}>
        {s.sidebar.signOut}
      </MenuItem>
    </>
  )
}
