import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'

import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core'
import { IconCommand, IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { meQuery, setPreferences, signOut, useMe } from '../../session/session.ts'
import { s } from '../../strings/strings.ts'
import { panels } from '../../ui/dialogs/panels.ts'
import { useOpenedAtOnce } from '../../ui/dialogs/whenWanted.tsx'
import { shownShortcut } from '../../ui/keys/shortcut.ts'
import { toast } from '../../ui/toasts/toasts.ts'
import { AccountButton } from './AccountButton.tsx'

const schemes = [
  { value: 'light', icon: IconSun, name: s.sidebar.light },
  { value: 'dark', icon: IconMoon, name: s.sidebar.dark },
  { value: 'auto', icon: IconDeviceDesktop, name: s.sidebar.auto },
] as const

/** The account button with its menu open. */
export default function AccountMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const opening = useOpenedAtOnce()
  return (
    <Menu
      {...opening}
      withInitialFocusPlaceholder={false}
      position="top-start"
      width={264}
      withinPortal
      shadow="md"
      offset={4}
    >
      <Menu.Target>
        <AccountButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{s.sidebar.appearance}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(({ value, icon: Icon, name }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={16} aria-hidden />}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <EnterToSend />
        <Menu.Item
          leftSection={<IconCommand size={16} aria-hidden />}
          rightSection={<kbd>{shownShortcut('Mod+K')}</kbd>}
          onClick={() => panels.open('commands')}
        >
          {s.sidebar.commands}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKeyboard size={16} aria-hidden />}
          rightSection={<kbd>?</kbd>}
          onClick={() => panels.open('help')}
        >
          {s.sidebar.shortcuts}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {s.sidebar.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function EnterToSend() {
  const queryClient = useQueryClient()
  const { preferences } = useMe()
  const isOn = preferences.enter_to_send !== false
  const show = (value: boolean) =>
    queryClient.setQueryData(
      meQuery.queryKey,
      (me) => me && { ...me, preferences: { ...me.preferences, enter_to_send: value } },
    )
  const toggle = () => {
    show(!isOn)
    setPreferences({ enter_to_send: !isOn }).catch((error: Error) => {
      show(isOn)
      toast(error.message, { tone: 'danger' })
    })
  }
  return (
    <Menu.CheckboxItem checked={isOn} onChange={toggle}>
      {s.sidebar.enterToSend}
    </Menu.CheckboxItem>
  )
}
