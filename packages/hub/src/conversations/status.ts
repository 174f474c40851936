import type { undeliveredStates } from '../db/constants.ts'

/**
 * How a conversation stands, and what Front's vocabularies call it: the word that is read (when it is assigned, and when not), the
 * word that is written (PATCH), and the words that ask for it (`q[statuses]`, and those in which the same is read and written).
 * Whether it is assigned is a fact of its own. There spam and trash read alike; `is_spam`, Portico's own, tells them apart.
 */
export const statuses = {
  open: { read: ['assigned', 'unassigned'], written: 'open', asked: ['assigned', 'unassigned', 'open'] },
  archived: { read: ['archived', 'archived'], written: 'archived', asked: ['archived'] },
  trashed: { read: ['deleted', 'deleted'], written: 'deleted', asked: ['trashed', 'deleted'] },
  spam: { read: ['deleted', 'deleted'], written: 'spam', asked: ['spam'] },
} as const

export type ConversationStatus = keyof typeof statuses
type Words = (typeof statuses)[ConversationStatus]
export type WrittenStatus = Words['written']
export type FilterStatus = Words['asked'][number]

const table = Object.entries(statuses) as [ConversationStatus, Words][]
export const readStatuses = [...new Set(table.flatMap(([, { read }]) => [...read]))]
export const writtenStatuses = table.map(([, { written }]) => written)
export const filterStatuses = table.flatMap(([, { asked }]) => [...asked])

export function readStatus(status: ConversationStatus, isAssigned: boolean): Words['read'][number] {
  const [assigned, unassigned] = statuses[status].read
  return isAssigned ? assigned : unassigned
}

export function statusWritten(word: WrittenStatus): ConversationStatus {
  const [status] = table.find(([, { written }]) => written === word)!
  return status
}

/** What its messages may be that did not simply arrive. */
export type UndeliveredState = (typeof undeliveredStates)[number]

export interface StatusFilter {
  statuses: ConversationStatus[]
  /** Of the open ones: only assigned (true), only unassigned (false), or both (null). */
  assigned: boolean | null
}

/** Which conversations a filter means; without one all that are neither in the trash nor spam. */
export function statusFilter(asked: FilterStatus[]): StatusFilter {
  if (asked.length === 0) return { statuses: ['open', 'archived'], assigned: null }
  const has = (...words: readonly FilterStatus[]) => words.some((word) => asked.includes(word))
  return {
    statuses: table.flatMap(([status, words]) => (has(...words.asked) ? [status] : [])),
    assigned: has('open') || has('assigned') === has('unassigned') ? null : has('assigned'),
  }
}
