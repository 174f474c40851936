import type { Inbox } from '../api/types.ts'
import type { View, ViewPerInbox } from './view.ts'

interface CurrentView {
  view: View | null
  conversationId: string | null
}

const nowhere: CurrentView = { view: null, conversationId: null }

/** The view and conversation that a path of the app shows. */
export function currentView(pathname: string, views: readonly (View | ViewPerInbox)[], inboxes: Inbox[]): CurrentView {
  const [first, second = null, third = null] = pathname
    .replace(/^\/app(?=\/|$)/, '')
    .split('/')
    .filter(Boolean)
  const found = views.find(({ path }) => path.split('/')[1] === first)
  if (!found) return nowhere
  if (!('forInbox' in found)) return { view: found, conversationId: second }
  if (second === null) return nowhere
  // the id in the URL is enough for the list; the name is shown once the inboxes are loaded
  const inbox = inboxes.find(({ id }) => id === second) ?? { id: second, name: '' }
  return { view: found.forInbox(inbox), conversationId: third }
}
