import type { AnswerOf } from '@portico/protocol/operations'
import type { Conversation } from '../api/types.ts'

type Handle = AnswerOf<'GET', `/contacts/${string}`>['handles'][number]

/** The handles of a contact, that of this conversation first. `source` is null until the contact is loaded. */
export function handlesOf(
  { recipient }: Pick<Conversation, 'recipient'>,
  known: Handle[] | undefined,
): { source: string | null; handle: string }[] {
  if (!recipient) return known ?? []
  if (!known) return [{ source: null, handle: recipient.handle }]
  const isHere = ({ handle }: Handle) => handle === recipient.handle
  return [...known.filter(isHere), ...known.filter((handle) => !isHere(handle))]
}
