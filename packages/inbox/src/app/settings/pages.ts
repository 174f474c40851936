import {
  IconAdjustments,
  IconApi,
  IconInbox,
  IconMessages,
  IconPlugConnected,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react'
import { t } from '../../strings/settings.ts'

export interface SettingsPageLink {
  to: string
  name: string
  icon: TablerIcon
}

/** What stands in the list of settings, in its order. */
export const pageGroups: { name: string; pages: SettingsPageLink[] }[] = [
  {
    name: t.groups.company,
    pages: [
      { to: '/settings/channels', name: t.pages.channels, icon: IconMessages },
      { to: '/settings/inboxes', name: t.pages.inboxes, icon: IconInbox },
      { to: '/settings/teammates', name: t.pages.teammates, icon: IconUsers },
    ],
  },
  {
    name: t.groups.developers,
    pages: [
      { to: '/settings/channel-types', name: t.pages.channelTypes, icon: IconPlugConnected },
      { to: '/settings/api-tokens', name: t.pages.apiTokens, icon: IconApi },
    ],
  },
  {
    name: t.groups.own,
    pages: [{ to: '/settings/preferences', name: t.pages.preferences, icon: IconAdjustments }],
  },
]
