import type { HubEvent, Teammate } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import { eventTextOf } from '../timeline/event-texts.ts'

/** The text of an event in the timeline; null: a reader does not need it. */
export function eventText(event: HubEvent): string | null {
  const { type, source, target, data } = event
  const actor = actorName(source)
  switch (type) {
    case 'assign': {
      const teammate = target?.data as Teammate | null | undefined
      if (!teammate) return null
      const isSelf = source._meta.type === 'teammate' && (source.data as Teammate | null)?.id === teammate.id
      const assignee = data?.teammate_name ? String(data.teammate_name) : nameOf(teammate)
      return isSelf ? s.thread.tookIt(actor) : s.thread.assignedBy(actor, assignee)
    }
    case 'unassign':
      return s.thread.unassignedBy(actor)
    case 'archive':
      return s.thread.archivedBy(actor)
    case 'reopen':
      if (event.cause?.type === 'call') return s.thread.reopenedByCall
      if (data?.failed === true) return s.thread.reopenedByFailure
      return source._meta.type === 'inboxes' ? s.thread.reopenedByMessage : s.thread.reopenedBy(actor)
    case 'trash':
      return s.thread.trashedBy(actor)
    case 'restore':
      if (event.cause?.type === 'call') return s.thread.restoredByCall
      return source._meta.type === 'inboxes' ? s.thread.restoredByMessage : s.thread.restoredBy(actor)
    default:
      return eventTextOf(type)?.(event, actor) ?? null
  }
}

function actorName(source: HubEvent['source']): string {
  if (source._meta.type === 'teammate' && source.data) return nameOf(source.data as Teammate)
  return source._meta.type === 'api' ? s.thread.api : s.thread.system
}
