import { IconChevronRight, IconMenu2 } from '@tabler/icons-react'
import { Link, Outlet, useLoaderData, useRouterState } from '@tanstack/react-router'
import { t } from '../../strings/settings.ts'
import { s } from '../../strings/strings.ts'
import { dialogStore } from '../../ui/dialogs/open-dialog.ts'
import { walkItems } from '../../ui/keys/list-keys.ts'
import type { SettingsGroup } from './routes.tsx'
import styles from './SettingsFrame.module.css'

/** The list of settings beside the page; on a phone one of them at a time. */
export function SettingsFrame() {
  const groups: SettingsGroup[] = useLoaderData({ from: '/app/settings' as never })
  const isIndex = useRouterState({ select: (state) => /\/settings\/?$/.test(state.location.pathname) })
  const [Heading, GroupHeading] = isIndex ? (['h1', 'h2'] as const) : (['h2', 'h3'] as const)
  return (
    <div className={styles.frame} data-at={isIndex ? 'index' : 'page'}>
      <nav aria-label={t.label} className={styles.nav} onKeyDown={walkItems}>
        <header className={styles.header}>
          <button
            type="button"
            className={styles.menu}
            aria-label={s.sidebar.open}
            onClick={() => dialogStore.open('menu')}
          >
            <IconMenu2 size={20} aria-hidden />
          </button>
          <Heading>{t.title}</Heading>
        </header>
        {groups.map(({ name: group, links }) => (
          <section key={group}>
            <GroupHeading className={styles.group}>{t.groups[group]}</GroupHeading>
            <ul>
              {links.map(({ to, name, icon: Icon }) => (
                <li key={to}>
                  <Link to={to} className={styles.item} activeProps={{ 'aria-current': 'page' }}>
                    <Icon size={16} aria-hidden />
                    <span>{t.pages[name]}</span>
                    <IconChevronRight size={16} aria-hidden className={styles.chevron} />
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  )
}
