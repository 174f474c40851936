import {
  IconAlertOctagon,
  IconArchive,
  IconCircleCheck,
  IconPlugConnected,
  IconSend2,
  IconTrash,
  IconUser,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { channelsQuery, inboxIdOf } from '../channels/queries.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import noticeStyles from '../ui/pages/Notice.module.css'
import { Notice } from '../ui/pages/Notice.tsx'
import type { View } from '../views/view.ts'

const icon = { size: 32, stroke: 1.25, 'aria-hidden': true } as const

/** An empty list teaches: what belongs here, why there is none, the next step. */
export function EmptyList({ view }: { view: View }) {
  const { data: channels } = useQuery(channelsQuery)
  const me = useMe()
  const words = s.conversations
  switch (view.kind) {
    case 'assigned':
      return <Notice title={words.emptyAssigned} hint={words.emptyAssignedHint} icon={<IconUser {...icon} />} />
    case 'undelivered':
      return <Notice title={words.emptyUndelivered} hint={words.emptyUndeliveredHint} icon={<IconSend2 {...icon} />} />
    case 'archived':
      return <Notice title={words.emptyArchived} hint={words.emptyArchivedHint} icon={<IconArchive {...icon} />} />
    case 'trash':
      return <Notice title={words.emptyTrash} hint={words.emptyTrashHint} icon={<IconTrash {...icon} />} />
    case 'spam':
      return <Notice title={words.emptySpam} hint={words.emptySpamHint} icon={<IconAlertOctagon {...icon} />} />
    case 'inbox': {
      const hasChannel = !channels || channels.some((channel) => inboxIdOf(channel) === view.inboxId)
      if (hasChannel)
        return <Notice title={words.emptyInbox} hint={words.emptyInboxHint} icon={<IconCircleCheck {...icon} />} />
      return (
        <Notice title={words.emptyNoChannel} hint={words.emptyNoChannelHint} icon={<IconPlugConnected {...icon} />}>
          {me.is_admin && (
            <Link to="/settings/channels/new" className={noticeStyles.button}>
              {words.addChannel}
            </Link>
          )}
        </Notice>
      )
    }
  }
}
