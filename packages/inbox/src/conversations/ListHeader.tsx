import { IconMenu2, IconX } from '@tabler/icons-react'
import { ActionButton } from '../actions/ActionButton.tsx'
import { useActionContext } from '../actions/context.tsx'
import { conversationBadges } from '../badges/badges.ts'
import { s } from '../strings/strings.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import type { View } from '../views/view.ts'
import { conversationActions } from './actions.ts'
import styles from './ListHeader.module.css'
import { list, useListState } from './list-state.ts'

export function ListHeader({ view }: { view: View }) {
  const { openId } = useActionContext()
  const selected = useListState((state) => state.selectedIds.size)
  const Heading = openId ? 'h2' : 'h1'
  return (
    <header className={styles.header}>
      <button
        type="button"
        className={styles.menu}
        aria-label={s.sidebar.open}
        onClick={() => dialogStore.open('menu')}
      >
        <IconMenu2 size={20} aria-hidden />
      </button>
      <Heading id="list-title" className={selected > 0 ? 'visually-hidden' : styles.title}>
        <bdi>{view.name}</bdi>
      </Heading>
      {selected > 0 && <Selection count={selected} />}
    </header>
  )
}

function Selection({ count }: { count: number }) {
  return (
    <div className={styles.selection}>
      <span role="status">{s.conversations.selected(count)}</span>
      <ActionButton action={conversationActions.archive} />
      <ActionButton action={conversationActions.reopen} />
      <ActionButton action={conversationActions.restore} />
      <ActionButton action={conversationActions.trash} />
      <ActionButton action={conversationActions.assign} />
      <ActionButton action={conversationActions.markUnread} />
      {conversationBadges().map(({ change }) => (
        <ActionButton key={change.id} action={change} />
      ))}
      <button
        type="button"
        className={styles.clear}
        aria-label={s.conversations.clearSelection}
        onClick={list.clearSelection}
      >
        <IconX size={16} aria-hidden />
      </button>
    </div>
  )
}
