import { useQuery } from '@tanstack/react-query'
import { useActionContext } from '../actions/context.tsx'
import { s } from '../strings/strings.ts'
import { countLimit, shownCount } from '../ui/navigation/count.ts'
import { unreadQuery } from '../views/unread.ts'
import { recipientName } from './recipient-name.ts'

/** The tab title: the open page and the unread count. React keeps <title> in the head. */
export function DocumentTitle() {
  const { openId, targets, view } = useActionContext()
  const { data: unread } = useQuery(unreadQuery)
  const counts = Object.values(unread?.inboxes ?? {})
  const total = counts.reduce((sum, count) => sum + count, 0)
  const isMore = counts.some((count) => count >= countLimit)
  const open = openId ? targets.find((target) => target.id === openId) : undefined
  const parts = [open && recipientName(open), view?.name, s.app.name].filter(Boolean)
  return <title>{`${total > 0 ? `(${isMore ? shownCount(countLimit) : total}) ` : ''}${parts.join(' – ')}`}</title>
}
