import { plainViews, type View } from './view.ts'

interface Place {
  view: View | null
  conversationId: string | null
}

const nowhere: Place = { view: null, conversationId: null }

/** Which view and conversation a path of the app shows. */
export function placeOf(pathname: string): Place {
  const [first, second = null, third = null] = pathname
    .replace(/^\/app(?=\/|$)/, '')
    .split('/')
    .filter(Boolean)
  if (first === 'inboxes' && second) return { view: { kind: 'inbox', inboxId: second }, conversationId: third }
  const kind = plainViews.find((name) => name === first)
  if (kind) return { view: { kind }, conversationId: second }
  return nowhere
}
