import { IconSettings, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { companyQuery } from '../../session/session.ts'
import { s } from '../../strings/strings.ts'
import { dialogStore } from '../../ui/dialogs/open-dialog.ts'
import { useModal } from '../../ui/dialogs/useModal.ts'
import { walkItems } from '../../ui/keys/list-keys.ts'
import { SidebarItem } from '../../ui/navigation/SidebarItem.tsx'
import styles from './Sidebar.module.css'
import { SidebarEntries, SidebarViews } from './SidebarViews.tsx'

export function Sidebar({ className = '' }: { className?: string }) {
  const { data: company } = useQuery(companyQuery)
  return (
    <nav aria-label={s.sidebar.label} className={`${styles.sidebar} ${className}`} onKeyDown={walkItems}>
      <p className={styles.company}>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width={20} height={20} />
        <bdi>{company?.name}</bdi>
      </p>
      <SidebarEntries section="top" />
      <div className={styles.scroll}>
        <SidebarViews />
      </div>
      <ul className={styles.foot}>
        <SidebarItem to="/settings" icon={IconSettings} name={s.sidebar.settings} />
        <SidebarEntries section="foot" />
      </ul>
    </nav>
  )
}

/** The sidebar on narrow screens. */
export function SidebarDrawer() {
  const { props } = useModal(dialogStore.close)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const openedAt = useRef(pathname)
  useEffect(() => {
    if (pathname !== openedAt.current) dialogStore.close()
  }, [pathname])
  return (
    <dialog {...props} aria-label={s.sidebar.label} className={styles.drawer}>
      <button type="button" className={styles.drawerClose} aria-label={s.sidebar.close} onClick={dialogStore.close}>
        <IconX size={20} aria-hidden />
      </button>
      <Sidebar />
    </dialog>
  )
}
