import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'

import { Menu, useMantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconCommand,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { shownShortcut } from '../actions/shortcut.ts'
import { meQuery, setPreferences, signOut, useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import { AccountButton } from './AccountButton.tsx'
import styles from './AccountMenu.module.css'
import { panels } from './panels.ts'

const schemes = [
  { value: 'light', icon: IconSun, name: s.sidebar.light },
  { value: 'dark', icon: IconMoon, name: s.sidebar.dark },
  { value: 'auto', icon: IconDeviceDesktop, name: s.sidebar.auto },
] as const

/** The account button with its menu open. */
export default function AccountMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const check = <IconCheck size={16} aria-hidden />
  return (
    <Menu defaultOpened position="top-start" width={264} withinPortal shadow="md" offset={4}>
      <Menu.Target>
        <AccountButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{s.sidebar.appearance}</Menu.Label>
        {schemes.map(({ value, icon: Icon, name }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === value && check}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
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
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={isOn}
      leftSection={<span className={styles.icon}>⏎</span>}
      rightSection={isOn && <IconCheck size={16} aria-hidden />}
      onClick={toggle}
    >
      {s.sidebar.enterToSend}
    </Menu.Item>
  )
}
