import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import { Menu } from '../ui/popups/Menu.tsx'
import styles from './AccountMenu.module.css'

const load = () => import('./AccountItems.tsx')
const AccountItems = lazyWithFallback(load, NotLoaded)

/** The menu at the foot of the sidebar: appearance, shortcuts, sign out. */
export function AccountMenu() {
  const me = useMe()
  return (
    <li>
      <Menu
        label={s.sidebar.account(nameOf(me))}
        side="above"
        edge="left"
        width={264}
        button={(props) => (
          <button
            type="button"
            {...props}
            className={styles.account}
            aria-label={s.sidebar.account(nameOf(me))}
            onPointerEnter={load}
            onFocus={load}
          >
            <TeammateAvatar teammate={me} size={20} />
            <bdi>{nameOf(me)}</bdi>
          </button>
        )}
      >
        <AccountItems />
      </Menu>
    </li>
  )
}
