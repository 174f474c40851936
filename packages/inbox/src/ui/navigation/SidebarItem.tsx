import type { Icon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { s } from '../../strings/strings.ts'
import { countLimit, shownCount } from './count.ts'
import styles from './SidebarItem.module.css'

interface ItemProps {
  to: string
  icon: Icon
  name: string
  count?: number
  countText?: (count: number) => string
  badge?: ReactNode
}

export function SidebarItem({ to, icon: Picture, name, count = 0, countText = s.sidebar.unread, badge }: ItemProps) {
  const isMore = count >= countLimit
  return (
    <li>
      <Link
        to={to}
        className={styles.item}
        activeProps={{ 'aria-current': 'page' }}
        data-unread={count > 0 || undefined}
      >
        <Picture size={16} aria-hidden />
        <bdi className={styles.name}>{name}</bdi>
        {badge}
        {count > 0 && (
          <span className={styles.count}>
            <span aria-hidden>{shownCount(count)}</span>
            <span className="visually-hidden">
              {isMore ? s.sidebar.moreThan(countText(countLimit - 1)) : countText(count)}
            </span>
          </span>
        )}
      </Link>
    </li>
  )
}
