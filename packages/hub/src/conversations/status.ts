import type { undeliveredStates } from '../db/constants.ts'

/**
 * The status of a conversation, and Front's names of it: the one that is read (assigned or not), the one that is written (PATCH),
 * and those of filters (`q[statuses]`, and the names of reading and writing). Being assigned is independent of it. Front's spam
 * and trash read alike; `is_spam` is Portico's own distinction.
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

/** The states of undelivered messages. */
export type UndeliveredState = (typeof undeliveredStates)[number]

export interface StatusFilter {
  statuses: ConversationStatus[]
  /** Limits open conversations to assigned (true) or unassigned ones (false); null: both. */
  assigned: boolean | null
}

/** The statuses of a filter; without one all except the trash and spam. */
export function statusFilter(asked: FilterStatus[]): StatusFilter {
  if (asked.length === 0) return { statuses: ['open', 'archived'], assigned: null }
  const has = (...words: readonly FilterStatus[]) => words.some((word) => asked.includes(word))
  return {
    statuses: table.flatMap(([status, words]) => (has(...words.asked) ? [status] : [])),
    assigned: has('open') || has('assigned') === has('unassigned') ? null : has('assigned'),
  }
}
