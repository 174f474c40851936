import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconArchive,
  IconInbox,
  IconPencilPlus,
  IconPlus,
  IconSendOff,
  IconSettings,
  IconTrash,
  IconUser,
  IconX,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Channel, Inbox } from '../../api/types.ts'
import { channelsQuery, inboxIdOf, isInTrouble } from '../../channels/queries.ts'
import { unreadQuery } from '../../conversations/unread.ts'
import { inboxesQuery } from '../../session/inboxes.ts'
import { companyQuery, useMe } from '../../session/session.ts'
import { s } from '../../strings/strings.ts'
import { panels } from '../../ui/dialogs/panels.ts'
import { useModal } from '../../ui/dialogs/useModal.ts'
import { walkItems } from '../../ui/keys/list-keys.ts'
import { AccountMenu } from './AccountMenu.tsx'
import styles from './Sidebar.module.css'

export function Sidebar({ className = '' }: { className?: string }) {
  const { data: company } = useQuery(companyQuery)
  const { data: inboxes } = useQuery(inboxesQuery)
  const { data: channels = [] } = useQuery(channelsQuery)
  const { data: unread } = useQuery(unreadQuery)
  const me = useMe()
  return (
    <nav aria-label={s.sidebar.label} className={`${styles.sidebar} ${className}`} onKeyDown={walkItems}>
      <p className={styles.company}>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width={20} height={20} />
        <bdi>{company?.name}</bdi>
      </p>
      <Link to="/new" className={styles.compose} aria-keyshortcuts="N">
        <IconPencilPlus size={16} aria-hidden />
        <span>{s.sidebar.newMessage}</span>
        <kbd aria-hidden>N</kbd>
      </Link>
      <div className={styles.scroll}>
        <h2 className={styles.heading}>{s.sidebar.inboxes}</h2>
        <ul>
          {inboxes?.map((inbox) => (
            <InboxItem key={inbox.id} inbox={inbox} channels={channels} unread={unread?.inboxes[inbox.id] ?? 0} />
          ))}
          {inboxes?.length === 0 && (
            <Item
              to="/settings/inboxes"
              icon={<IconPlus size={16} aria-hidden />}
              name={me.is_admin ? s.sidebar.addInbox : s.sidebar.noInboxes}
            />
          )}
        </ul>
        <h2 className={styles.heading}>{s.sidebar.views}</h2>
        <ul>
          <Item
            to="/assigned"
            icon={<IconUser size={16} aria-hidden />}
            name={s.sidebar.assigned}
            count={unread?.assigned_to_me}
          />
          <Item
            to="/undelivered"
            icon={<IconSendOff size={16} aria-hidden />}
            name={s.sidebar.undelivered}
            count={unread?.undelivered}
            countWords={s.sidebar.undeliveredCount}
          />
          <Item to="/archived" icon={<IconArchive size={16} aria-hidden />} name={s.sidebar.archived} />
          <Item to="/trash" icon={<IconTrash size={16} aria-hidden />} name={s.sidebar.trash} />
          <Item to="/spam" icon={<IconAlertOctagon size={16} aria-hidden />} name={s.sidebar.spam} />
        </ul>
      </div>
      <ul className={styles.foot}>
        <Item to="/settings" icon={<IconSettings size={16} aria-hidden />} name={s.sidebar.settings} />
        <li>
          <AccountMenu />
        </li>
      </ul>
    </nav>
  )
}

function InboxItem({ inbox, channels, unread }: { inbox: Inbox; channels: Channel[]; unread: number }) {
  const troubled = channels.filter((channel) => inboxIdOf(channel) === inbox.id && isInTrouble(channel))
  const names = troubled.map((channel) => channel.name).join(', ')
  return (
    <Item
      to={`/inboxes/${inbox.id}`}
      icon={<IconInbox size={16} aria-hidden />}
      name={inbox.name}
      count={unread}
      mark={
        troubled.length > 0 && (
          <span
            role="img"
            aria-label={s.sidebar.trouble(names)}
            title={s.sidebar.trouble(names)}
            className={styles.trouble}
          >
            <IconAlertTriangle size={16} aria-hidden />
          </span>
        )
      }
    />
  )
}

interface ItemProps {
  to: string
  icon: ReactNode
  name: string
  count?: number
  countWords?: (count: number) => string
  mark?: ReactNode
}

/** The hub counts no further. */
const countLimit = 1_000

function Item({ to, icon, name, count = 0, countWords = s.sidebar.unread, mark }: ItemProps) {
  const isMore = count >= countLimit
  return (
    <li>
      <Link
        to={to}
        className={styles.item}
        activeProps={{ 'aria-current': 'page' }}
        data-unread={count > 0 || undefined}
      >
        {icon}
        <bdi className={styles.name}>{name}</bdi>
        {mark}
        {count > 0 && (
          <span className={styles.count}>
            <span aria-hidden>{isMore ? '999+' : count}</span>
            <span className="visually-hidden">
              {isMore ? s.sidebar.moreThan(countWords(countLimit - 1)) : countWords(count)}
            </span>
          </span>
        )}
      </Link>
    </li>
  )
}

/** The sidebar on narrow screens. */
export function SidebarDrawer() {
  const { props } = useModal(panels.close)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const openedAt = useRef(pathname)
  useEffect(() => {
    if (pathname !== openedAt.current) panels.close()
  }, [pathname])
  return (
    <dialog {...props} aria-label={s.sidebar.label} className={styles.drawer}>
      <button type="button" className={styles.drawerClose} aria-label={s.sidebar.close} onClick={panels.close}>
        <IconX size={20} aria-hidden />
      </button>
      <Sidebar />
    </dialog>
  )
}
