import { IconSettings } from '@tabler/icons-react'
import { t } from '../../strings/settings.ts'
import { Notice } from '../../ui/pages/Notice.tsx'

/** The right pane while no page is chosen; a phone shows the list alone. */
export function SettingsIndex() {
  return <Notice title={t.pickTitle} hint={t.pick} icon={<IconSettings size={32} stroke={1.25} aria-hidden />} />
}
