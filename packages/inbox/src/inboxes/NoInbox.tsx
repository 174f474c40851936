import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { inboxesQuery } from '../session/inboxes.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { SidebarItem } from '../ui/navigation/SidebarItem.tsx'

/** Shown in the sidebar while there is no inbox. */
export function NoInbox() {
  const { data: inboxes } = useQuery(inboxesQuery)
  const me = useMe()
  if (inboxes?.length !== 0) return null
  return (
    <SidebarItem to="/settings/inboxes" icon={IconPlus} name={me.is_admin ? s.sidebar.addInbox : s.sidebar.noInboxes} />
  )
}
