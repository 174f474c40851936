import type { MouseEvent } from 'react'
import { useActionContext } from '../../actions/context.tsx'
import { s } from '../../strings/strings.ts'
import styles from './SkipLinks.module.css'

/** The first stops of Tab: past the sidebar to what is here. */
export function SkipLinks() {
  const { view, openId } = useActionContext()
  return (
    <div className={styles.links} data-open={openId !== null || undefined}>
      {view && <SkipLink to="list" words={s.app.skipToList} />}
      {openId && <SkipLink to="conversation" words={s.app.skipToThread} />}
      {!view && <SkipLink to="main" words={s.app.skipToPage} />}
    </div>
  )
}

function SkipLink({ to, words }: { to: string; words: string }) {
  const skip = (event: MouseEvent) => {
    // the address says what is open, not where the keys are
    event.preventDefault()
    const place = document.getElementById(to)
    const inside = to === 'main' ? null : place?.querySelector<HTMLElement>('[data-takes-focus]')
    ;(inside ?? place)?.focus()
  }
  return (
    <a href={`#${to}`} onClick={skip}>
      {words}
    </a>
  )
}
