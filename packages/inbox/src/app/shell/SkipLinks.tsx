import type { MouseEvent } from 'react'
import { useActionContext } from '../../actions/context.tsx'
import { s } from '../../strings/strings.ts'
import styles from './SkipLinks.module.css'

/** The first stops of Tab: past the sidebar to what is here. */
export function SkipLinks() {
  const { view, openId } = useActionContext()
  return (
    <div className={styles.links} data-open={openId !== null || undefined}>
      {view && <SkipLink to="list" label={s.app.skipToList} />}
      {openId && <SkipLink to="conversation" label={s.app.skipToThread} />}
      {!view && <SkipLink to="main" label={s.app.skipToPage} />}
    </div>
  )
}

function SkipLink({ to, label }: { to: string; label: string }) {
  const skip = (event: MouseEvent) => {
    // the URL names the open page, not the focus
    event.preventDefault()
    const target = document.getElementById(to)
    const inside = to === 'main' ? null : target?.querySelector<HTMLElement>('[data-takes-focus]')
    ;(inside ?? target)?.focus()
  }
  return (
    <a href={`#${to}`} onClick={skip}>
      {label}
    </a>
  )
}
