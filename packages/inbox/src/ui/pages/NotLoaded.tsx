import { s } from '../../strings/strings.ts'
import { Notice } from './Notice.tsx'

/** Shown in a popup or pane whose content did not load. */
export function NotLoaded() {
  return <Notice role="alert" title={s.errors.title} hint={s.errors.notLoaded} />
}
