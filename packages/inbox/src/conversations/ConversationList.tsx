import { Outlet } from '@tanstack/react-router'
import { memo } from 'react'
import { useActionContext } from '../actions/context.tsx'
import { useDetailsShown, useHasRoom } from '../details/shown.ts'
import type { View } from '../views/view.ts'
import styles from './ConversationList.module.css'
import { ListHeader } from './ListHeader.tsx'
import { ListRows } from './ListRows.tsx'
import { PaneDivider, useListWidth } from './PaneDivider.tsx'

/** The list of a view, and beside it the conversation that is open. */
export function ConversationList() {
  const { view, openId } = useActionContext()
  const [width, setWidth] = useListWidth()
  const [isDetailed, hasRoom] = [useDetailsShown(), useHasRoom()]
  if (!view) return null
  return (
    <div
      className={styles.panes}
      data-open={openId !== null || undefined}
      data-details={(openId !== null && isDetailed && hasRoom) || undefined}
      style={{ '--list-width': `${width}px` } as React.CSSProperties}
    >
      <ListPane key={view.key} view={view} />
      <PaneDivider width={width} onChange={setWidth} />
      <div id="conversation" tabIndex={-1} className={styles.what}>
        <Outlet />
      </div>
    </div>
  )
}

const ListPane = memo(function ListPane({ view }: { view: View }) {
  return (
    <section id="list" tabIndex={-1} className={styles.which} aria-labelledby="list-title">
      <ListHeader view={view} />
      <ListRows view={view} />
    </section>
  )
})
