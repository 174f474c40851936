import type { Inbox } from '../api/types.ts'
import type { View, ViewPerInbox } from './view.ts'

interface Place {
  view: View | null
  conversationId: string | null
}

const nowhere: Place = { view: null, conversationId: null }

/** Which view and conversation a path of the app shows. */
export function placeOf(pathname: string, views: readonly (View | ViewPerInbox)[], inboxes: Inbox[]): Place {
  const [first, second = null, third = null] = pathname
    .replace(/^\/app(?=\/|$)/, '')
    .split('/')
    .filter(Boolean)
  const found = views.find(({ path }) => path.split('/')[1] === first)
  if (!found) return nowhere
  if (!('of' in found)) return { view: found, conversationId: second }
  if (second === null) return nowhere
  // the address is enough to list it; its name comes with the inboxes
  const inbox = inboxes.find(({ id }) => id === second) ?? { id: second, name: '' }
  return { view: found.of(inbox), conversationId: third }
}
