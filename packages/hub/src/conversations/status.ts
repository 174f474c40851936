/** How a conversation stands. Whether it is assigned is its own fact; what is deleted for ever is no conversation. */
export type ConversationStatus = 'open' | 'archived' | 'deleted' | 'spam'

/** What is written (PATCH): the same words. */
export const writtenStatuses: ConversationStatus[] = ['archived', 'open', 'deleted', 'spam']

/** What Front's clients read. There spam and trash read alike; `is_spam` (ours) tells them apart. */
export const readStatuses = ['assigned', 'unassigned', 'archived', 'deleted'] as const

export function readStatus(status: ConversationStatus, isAssigned: boolean): (typeof readStatuses)[number] {
  if (status === 'open') return isAssigned ? 'assigned' : 'unassigned'
  return status === 'archived' ? 'archived' : 'deleted'
}

/** What its messages may be that did not simply arrive, from worst to mildest. */
export const undeliveredStates = ['failed', 'not_confirmed', 'delayed'] as const
export type UndeliveredState = (typeof undeliveredStates)[number]

/** What a filter may say: the words of `q[statuses]`, and the others in which the same is written and read. */
export const filterStatuses = ['assigned', 'unassigned', 'archived', 'trashed', 'open', 'deleted', 'spam'] as const
export type FilterStatus = (typeof filterStatuses)[number]

export interface StatusFilter {
  statuses: ConversationStatus[]
  /** Of the open ones: only assigned (true), only unassigned (false), or both (null). */
  assigned: boolean | null
}

/** Which conversations a filter means; without one all that are neither in the trash nor spam. */
export function statusFilter(asked: FilterStatus[]): StatusFilter {
  if (asked.length === 0) return { statuses: ['open', 'archived'], assigned: null }
  const has = (...words: FilterStatus[]) => words.some((word) => asked.includes(word))
  const statuses: [ConversationStatus, boolean][] = [
    ['open', has('open', 'assigned', 'unassigned')],
    ['archived', has('archived')],
    ['deleted', has('trashed', 'deleted')],
    ['spam', has('spam')],
  ]
  return {
    statuses: statuses.flatMap(([status, isAsked]) => (isAsked ? [status] : [])),
    assigned: has('open') || has('assigned') === has('unassigned') ? null : has('assigned'),
  }
}
