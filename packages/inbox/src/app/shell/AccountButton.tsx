import type { ComponentPropsWithRef } from 'react'
import { useMe } from '../../session/session.ts'
import { s } from '../../strings/strings.ts'
import { nameOf } from '../../teammates/queries.ts'
import { Avatar } from '../../ui/avatars/Avatar.tsx'
import styles from './AccountMenu.module.css'

export function AccountButton(props: ComponentPropsWithRef<'button'>) {
  const me = useMe()
  return (
    <button
      type="button"
      aria-haspopup="menu"
      {...props}
      className={styles.account}
      aria-label={s.sidebar.account(nameOf(me))}
    >
      <Avatar name={nameOf(me)} seed={me.id} size={20} />
      <bdi>{nameOf(me)}</bdi>
    </button>
  )
}
