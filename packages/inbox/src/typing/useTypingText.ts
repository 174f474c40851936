import { visibleName } from '@portico/protocol/visible'
import type { Conversation } from '../api/types.ts'
import { t } from './strings.ts'
import { useTypers } from './typers.ts'

/** Who of the customers writes in the conversation now; null: nobody. */
export function useTypingText({ id, recipient }: Pick<Conversation, 'id' | 'recipient'>): string | null {
  const [first, second, ...more] = useTypers(id).map(
    ({ handle, name }) =>
      visibleName((handle === recipient?.handle ? recipient.name : null) ?? name) ?? visibleName(handle) ?? handle,
  )
  if (first === undefined) return null
  if (second === undefined) return t.one(first)
  return more.length === 0 ? t.two([first, second]) : t.several
}
