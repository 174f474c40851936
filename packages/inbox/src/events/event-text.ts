import type { HubEvent, Teammate } from '../api/types.ts'
import { t } from '../strings/thread.ts'
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
      return isSelf ? t.thread.tookIt(actor) : t.thread.assignedBy(actor, assignee)
    }
    case 'unassign':
      return t.thread.unassignedBy(actor)
    case 'archive':
      return t.thread.archivedBy(actor)
    case 'reopen':
      if (event.cause?.type === 'call') return t.thread.reopenedByCall
      if (data?.failed === true) return t.thread.reopenedByFailure
      return source._meta.type === 'inboxes' ? t.thread.reopenedByMessage : t.thread.reopenedBy(actor)
    case 'trash':
      return t.thread.trashedBy(actor)
    case 'restore':
      if (event.cause?.type === 'call') return t.thread.restoredByCall
      return source._meta.type === 'inboxes' ? t.thread.restoredByMessage : t.thread.restoredBy(actor)
    default:
      return eventTextOf(type)?.(event, actor) ?? null
  }
}

function actorName(source: HubEvent['source']): string {
  if (source._meta.type === 'teammate' && source.data) return nameOf(source.data as Teammate)
  return source._meta.type === 'api' ? t.thread.api : t.thread.system
}
