import { IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { channelsQuery, inboxIdOf } from '../channels/queries.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import noticeStyles from '../ui/pages/Notice.module.css'
import { Notice } from '../ui/pages/Notice.tsx'
import type { View } from '../views/view.ts'

const iconSize = { size: 32, stroke: 1.25, 'aria-hidden': true } as const

/** The empty state of a list: what it shows, why it is empty, the next step. */
export function EmptyList({ view: { inboxId, empty } }: { view: View }) {
  const { data: channels } = useQuery(channelsQuery)
  const isFed = !inboxId || !channels || channels.some((channel) => inboxIdOf(channel) === inboxId)
  const isTouch = useTouchKeyboard()
  if (!isFed) return <NoChannel />
  const hint = (isTouch && empty.touchHint) || empty.hint
  return <Notice title={empty.title} hint={hint} icon={<empty.icon {...iconSize} />} />
}

function NoChannel() {
  const me = useMe()
  const texts = s.conversations
  return (
    <Notice title={texts.emptyNoChannel} hint={texts.emptyNoChannelHint} icon={<IconPlugConnected {...iconSize} />}>
      {me.is_admin && (
        <Link to="/settings/channels/new" className={noticeStyles.button}>
          {texts.addChannel}
        </Link>
      )}
    </Notice>
  )
}
