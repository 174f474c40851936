import type { QueryClient } from '@tanstack/react-query'
import type { Conversation, Tag } from '../api/types.ts'
import { changeWithUndo } from '../conversations/verbs.ts'
import { t } from './panel-strings.ts'

/** Adds a tag where it is missing, or removes it where it is. */
export function putTag(queryClient: QueryClient, conversations: Conversation[], tag: Tag, isAdded: boolean): void {
  const others = conversations.filter(({ tags }) => tags.some(({ id }) => id === tag.id) !== isAdded)
  if (others.length === 0) return
  const change = { does: 'tag', tag, isAdded } as const
  const done = isAdded ? t.added(tag.name) : t.removed(tag.name)
  changeWithUndo(queryClient, others, change, { ...change, isAdded: !isAdded }, done)
}
