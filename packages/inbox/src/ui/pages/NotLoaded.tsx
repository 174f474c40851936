import { s } from '../../strings/strings.ts'
import { Notice } from './Notice.tsx'

/** In a popup or a pane whose content did not come. */
export function NotLoaded() {
  return <Notice role="alert" title={s.errors.title} hint={s.errors.notLoaded} />
}
