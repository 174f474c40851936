import { IconBan, IconDots, IconKey, IconLockOpen, IconShield, IconShieldOff, IconUserMinus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Teammate } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button } from '../ui/forms/Button.tsx'
import { Menu, MenuItem } from '../ui/popups/Menu.tsx'
import { changeRights, takeRights } from './rights.ts'
import { useFullName } from './useFullName.ts'

/** An admin's actions on a teammate. Taking a right cannot be undone completely, so it is confirmed first. */
export function RightsMenu({ teammate, isMe }: { teammate: Teammate; isMe: boolean }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [confirming, setConfirming] = useState<'block' | 'demote' | null>(null)
  const { is_admin, is_blocked } = teammate
  const name = useFullName(teammate)
  const open = (page: string) => void navigate({ to: `/settings/teammates/${teammate.id}/${page}` })
  return (
    <>
      <Menu
        label={t.teammates.more(name)}
        side="below"
        edge="right"
        width={220}
        button={(props) => (
          <Button {...props} kind="quiet" aria-label={t.teammates.more(name)}>
            <IconDots size={16} aria-hidden />
          </Button>
        )}
      >
        <MenuItem
          icon={is_admin ? IconShieldOff : IconShield}
          onSelect={() =>
            is_admin ? setConfirming('demote') : changeRights(queryClient, teammate, { is_admin: true })
          }
        >
          {is_admin ? t.teammates.removeAdmin : t.teammates.makeAdmin}
        </MenuItem>
        {!is_blocked && (
          <MenuItem icon={IconKey} onSelect={() => open('new-password')}>
            {t.teammates.newPassword}
          </MenuItem>
        )}
        {!isMe && (
          <MenuItem
            icon={is_blocked ? IconLockOpen : IconBan}
            onSelect={() =>
              is_blocked ? changeRights(queryClient, teammate, { is_blocked: false }) : setConfirming('block')
            }
          >
            {is_blocked ? t.teammates.unblock : t.teammates.block}
          </MenuItem>
        )}
        {!isMe && (
          <MenuItem icon={IconUserMinus} onSelect={() => open('remove')}>
            {t.teammates.remove}
          </MenuItem>
        )}
      </Menu>
      {confirming && (
        <TakingRights teammate={teammate} isMe={isMe} confirming={confirming} onClose={() => setConfirming(null)} />
      )}
    </>
  )
}

interface TakingRightsProps {
  teammate: Teammate
  isMe: boolean
  confirming: 'block' | 'demote'
  onClose: () => void
}

function TakingRights({ teammate, isMe, confirming, onClose }: TakingRightsProps) {
  const queryClient = useQueryClient()
  const name = useFullName(teammate)
  const isBlock = confirming === 'block'
  const demotion = isMe
    ? { title: t.teammates.demoteTitleOwn, hint: t.teammates.demoteHintOwn }
    : { title: t.teammates.demoteTitle(name), hint: t.teammates.demoteHint }
  return (
    <ConfirmDialog
      title={isBlock ? t.teammates.blockTitle(name) : demotion.title}
      button={isBlock ? t.teammates.blockButton(name) : t.teammates.demoteButton}
      keep={t.cancel}
      onClose={onClose}
      onConfirm={() => takeRights(queryClient, teammate, isBlock ? { is_blocked: true } : { is_admin: false })}
    >
      <p>{isBlock ? t.teammates.blockHint(name) : demotion.hint}</p>
    </ConfirmDialog>
  )
}
