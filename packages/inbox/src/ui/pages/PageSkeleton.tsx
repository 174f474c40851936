import { RowsSkeleton } from './Rows.tsx'
import rows from './rows.module.css'
import page from './SettingsPage.module.css'

/** A page about one thing, while that loads: of the size of what comes. */
export function PageSkeleton() {
  return (
    <div className={page.page} aria-hidden>
      <div className={`${rows.bone} ${page.backBone}`} />
      <div className={`${rows.bone} ${page.titleBone}`} />
      <RowsSkeleton />
    </div>
  )
}
