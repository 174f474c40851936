import { useQuery } from '@tanstack/react-query'
import { inboxesQuery } from '../session/inboxes.ts'
import { s } from '../strings/strings.ts'
import type { View } from './view.ts'

export function useViewName(view: View | null): string {
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  if (view === null) return ''
  if (view.kind === 'inbox') return inboxes.find((inbox) => inbox.id === view.inboxId)?.name ?? ''
  return s.sidebar[view.kind]
}
