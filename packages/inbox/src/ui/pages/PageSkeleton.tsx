import { RowsSkeleton } from './Rows.tsx'
import rows from './rows.module.css'
import page from './SettingsPage.module.css'

/** The skeleton of a detail page. */
export function PageSkeleton() {
  return (
    <div className={page.page} aria-hidden>
      <div className={`${rows.bone} ${page.backBone}`} />
      <div className={`${rows.bone} ${page.titleBone}`} />
      <RowsSkeleton />
    </div>
  )
}
