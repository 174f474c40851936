import { IconLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMe } from '../session/session.ts'
import { t } from '../strings/settings.ts'
import noticeStyles from '../ui/pages/Notice.module.css'
import { Notice } from '../ui/pages/Notice.tsx'
import styles from './admins.module.css'
import { nameOf, teammatesQuery } from './queries.ts'

export function useIsAdmin(): boolean {
  return useMe().is_admin
}

function useAdminNames(): string[] {
  const { data = [] } = useQuery(teammatesQuery)
  return data
    .filter((teammate) => teammate.is_admin && !teammate.is_blocked)
    .slice(0, 3)
    .map(nameOf)
}

/** Names the admins to teammates who are not. */
export function AskAdmin() {
  const names = useAdminNames()
  return (
    <p className={styles.note}>
      <IconLock size={16} aria-hidden />
      {t.askAdmin(names)}
    </p>
  )
}

/** Shown instead of a page that only admins have. */
export function AdminsOnly() {
  const names = useAdminNames()
  return (
    <Notice
      level="h1"
      title={t.adminsOnlyTitle}
      hint={t.adminsOnly(names)}
      icon={<IconLock size={32} stroke={1.25} aria-hidden />}
    >
      <Link to="/settings" className={noticeStyles.button}>
        {t.title}
      </Link>
    </Notice>
  )
}
