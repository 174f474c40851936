import type { Conversation, Teammate } from '../api/types.ts'
import type { AddedField, ConversationChange, WrittenStatus } from '../outbox/change.ts'

/** The conversation as it is once the change is made. */
export function changed(conversation: Conversation, change: ConversationChange): Conversation {
  switch (change.does) {
    case 'put':
      return {
        ...conversation,
        status: readAs(change.status, conversation.assignee),
        is_spam: change.status === 'spam',
      }
    case 'assign':
      return {
        ...conversation,
        assignee: change.assignee,
        status: readAs(statusOf(conversation), change.assignee),
      }
    case 'set':
      return { ...conversation, [change.field]: change.value }
    case 'tag': {
      const others = conversation.tags.filter(({ id }) => id !== change.tag.id)
      const tags = change.isAdded ? [...others, change.tag] : others
      return { ...conversation, tags: tags.sort((one, other) => one.name.localeCompare(other.name)) }
    }
    case 'read':
    case 'unread':
      return { ...conversation, unread: change.does === 'unread' }
  }
}

export function statusOf({ status, is_spam }: Conversation): WrittenStatus {
  if (status === 'archived') return 'archived'
  if (status === 'deleted') return is_spam ? 'spam' : 'deleted'
  return 'open'
}

function readAs(status: WrittenStatus, assignee: Teammate | null): Conversation['status'] {
  if (status === 'open') return assignee ? 'assigned' : 'unassigned'
  return status === 'archived' ? 'archived' : 'deleted'
}

/** The request that makes the change. Repeating it changes nothing more. */
export function requestFor(conversationId: string, change: ConversationChange) {
  const path = `/conversations/${conversationId}` as const
  switch (change.does) {
    case 'put':
      return { method: 'PATCH', path, body: { status: change.status } } as const
    case 'assign':
      return { method: 'PUT', path: `${path}/assignee`, body: { assignee_id: change.assignee?.id ?? null } } as const
    case 'set': {
      const body = { [change.field]: change.value } as Pick<Conversation, AddedField>
      return { method: 'PUT', path: `${path}/${change.field}`, body } as const
    }
    case 'tag': {
      const asked = { path: `${path}/tags` as const, body: { tag_ids: [change.tag.id] } }
      return change.isAdded ? ({ method: 'POST', ...asked } as const) : ({ method: 'DELETE', ...asked } as const)
    }
    case 'read':
      return { method: 'PUT', path: `${path}/read_position`, body: { message_id: change.upTo } } as const
    case 'unread':
      return { method: 'PUT', path: `${path}/read_position`, body: { message_id: 'unread' } } as const
  }
}
