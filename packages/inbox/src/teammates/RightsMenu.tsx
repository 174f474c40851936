import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'

import { Menu } from '@mantine/core'
import { IconBan, IconDots, IconKey, IconLockOpen, IconShield, IconShieldOff } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Teammate } from '../api/types.ts'
import { Button } from '../forms/Button.tsx'
import { t } from '../strings/settings.ts'
import { nameOf } from './queries.ts'
import { changeRights } from './rights.ts'

/** What an admin may do about a teammate. */
export function RightsMenu({ teammate, isMe }: { teammate: Teammate; isMe: boolean }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { is_admin, is_blocked } = teammate
  return (
    <Menu position="bottom-end" width={220} withinPortal shadow="md" offset={4}>
      <Menu.Target>
        <Button kind="quiet" aria-label={t.teammates.more(nameOf(teammate))}>
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={is_admin ? <IconShieldOff size={16} aria-hidden /> : <IconShield size={16} aria-hidden />}
          onClick={() => changeRights(queryClient, teammate, { is_admin: !is_admin })}
        >
          {is_admin ? t.teammates.removeAdmin : t.teammates.makeAdmin}
        </Menu.Item>
        {!is_blocked && (
          <Menu.Item
            leftSection={<IconKey size={16} aria-hidden />}
            onClick={() => void navigate({ to: `/settings/teammates/${teammate.id}/new-password` })}
          >
            {t.teammates.newPassword}
          </Menu.Item>
        )}
        {!isMe && (
          <Menu.Item
            leftSection={is_blocked ? <IconLockOpen size={16} aria-hidden /> : <IconBan size={16} aria-hidden />}
            onClick={() => changeRights(queryClient, teammate, { is_blocked: !is_blocked })}
          >
            {is_blocked ? t.teammates.unblock : t.teammates.block}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
