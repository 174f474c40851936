import type { TablerIcon } from '@tabler/icons-react'
import type { t } from '../strings/settings.ts'

/** A link in the list of settings. Its name is read from the strings that are loaded with the settings. */
export interface SettingsLink {
  group: keyof (typeof t)['groups']
  /** The position in the group. */
  order: number
  to: string
  name: keyof (typeof t)['pages']
  icon: TablerIcon
}
