import type { Order } from '../http/page.ts'
import { fitting } from '../http/paging.ts'
import type { Position, TimelineSource } from './source.ts'

/** A position among all kinds. Of the same microsecond the kind that was registered first comes first. */
interface Entry extends Position {
  /** The index of its kind among the sources. */
  rank: number
}

interface EntriesAsked {
  companyId: number
  conversationId: number
  behind: Entry | undefined
  order: Order
  limit: number
}

export interface TimelineItem extends Entry {
  kind: string
  resource: object
}

/** Reads a page of a conversation's timeline, as many entries as fit into a response; and whether there are more. */
export async function readTimeline(
  sources: TimelineSource[],
  asked: EntriesAsked,
): Promise<{ rows: TimelineItem[]; hasMore: boolean }> {
  const found = await listEntries(sources, asked)
  const page = await whatFits(sources, asked.companyId, found.slice(0, asked.limit))
  return { rows: await present(sources, asked.companyId, page), hasMore: page.length < found.length }
}

/** Reads one more than the limit, if there are so many. */
async function listEntries(sources: TimelineSource[], asked: EntriesAsked): Promise<Entry[]> {
  const { companyId, conversationId, order, limit } = asked
  const lists = await Promise.all(
    sources.map(async (source, rank) => {
      const behind = boundaryOf(rank, asked)
      const positions = await source.listPositions({ companyId, conversationId, behind, order, limit: limit + 1 })
      return positions.map((position) => ({ ...position, rank }))
    }),
  )
  const sign = order === 'asc' ? 1 : -1
  return lists
    .flat()
    .sort((a, b) => sign * (a.us - b.us || a.rank - b.rank || a.number - b.number))
    .slice(0, limit + 1)
}

const last = { us: 8e15, number: 2 ** 52 }

/** The cursor of a kind: at the time of the entry, one kind has been read and the next has not. */
function boundaryOf(rank: number, { behind, order }: EntriesAsked): Position {
  if (!behind) return order === 'asc' ? { us: 0, number: 0 } : last
  if (rank === behind.rank) return behind
  return { us: behind.us, number: rank > behind.rank ? -1 : last.number }
}

async function whatFits(sources: TimelineSource[], companyId: number, entries: Entry[]): Promise<Entry[]> {
  const sizes = await Promise.all(sources.map((source, rank) => source.sizesOf?.(companyId, numbersOf(entries, rank))))
  return fitting(entries, ({ rank, number }) => sizes[rank]?.get(number) ?? 0)
}

/** Leaves out entries that were permanently deleted meanwhile. */
async function present(sources: TimelineSource[], companyId: number, entries: Entry[]): Promise<TimelineItem[]> {
  const shown = await Promise.all(
    sources.map((source, rank) => source.find(companyId, numbersOf(entries, rank), 'whole')),
  )
  return entries.flatMap((entry) => {
    const resource = shown[entry.rank]?.get(entry.number)?.resource
    const kind = sources[entry.rank]?.kind
    return resource && kind ? [{ ...entry, kind, resource }] : []
  })
}

function numbersOf(entries: Entry[], rank: number): number[] {
  return entries.filter((entry) => entry.rank === rank).map(({ number }) => number)
}
