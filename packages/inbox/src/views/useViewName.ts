import { useQuery } from '@tanstack/react-query'
import { inboxesQuery } from '../inboxes/queries.ts'
import { s } from '../strings/strings.ts'
import type { View } from './view.ts'

export function useViewName(view: View | null): string {
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  switch (view?.kind) {
    case 'inbox':
      return inboxes.find((inbox) => inbox.id === view.inboxId)?.name ?? ''
    case 'assigned':
      return s.sidebar.assigned
    case 'archived':
      return s.sidebar.archived
    case undefined:
      return ''
  }
}
