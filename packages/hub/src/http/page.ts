import { type Static, Type } from 'typebox'
import { ApiError } from './api-error.ts'
import { decodePageToken, encodePageToken, listEnvelope, parseLimit } from './paging.ts'
import type { RequestWith } from './route.ts'
import type { Urls } from './urls.ts'

/** The query of a list that has pages. */
export const PageQuery = Type.Object({
  limit: Type.Optional(Type.String({ description: '1 to 100' })),
  page_token: Type.Optional(Type.String()),
})
type PageQuery = Static<typeof PageQuery>

/** The query of a list that can be turned around. `date` or `created_at`: what the list is sorted by anyway. */
export const SortedQuery = Type.Object({
  ...PageQuery.properties,
  sort_by: Type.Optional(Type.String()),
  sort_order: Type.Optional(Type.Enum(['asc', 'desc', ''], { description: 'Default: desc' })),
})
export type SortedQuery = Static<typeof SortedQuery>

export type Order = 'asc' | 'desc'

/** The read of a page: after a cursor (all the numbers of the order), in an order. */
interface PageAsked {
  after: number[] | undefined
  order: Order
  limit: number
}

export interface PageSource<Row> {
  /** The rows in the requested order, and whether there are more. */
  read(asked: PageAsked): Promise<{ rows: Row[]; hasMore: boolean }>
  cursorOf(row: Row): number[]
  /** The number of values in a cursor. */
  length: number
}

export interface Page<Row> {
  rows: Row[]
  prev: string | null
  next: string | null
}

/** The sort_by that a list takes; it has one order, so this is only to say yes or no. Throws invalid_query. */
export function checkSortBy(query: { sort_by?: string }, ...names: string[]): void {
  if (query.sort_by === undefined || query.sort_by === '' || names.includes(query.sort_by)) return
  throw new ApiError('invalid_query', undefined, [`query.sort_by: must be ${names.join(' or ')}`])
}

/** A page forward, or back: then it is read in the opposite order from its end. A token says first which of the two. */
export async function readPage<Row>(request: RequestWith<SortedQuery>, source: PageSource<Row>): Promise<Page<Row>> {
  const { query } = request
  const [isBack = 0, ...after] = decodePageToken(request, query.page_token, source.length + 1) ?? []
  const order = query.sort_order || 'desc'
  const { rows, hasMore } = await source.read({
    after: after.length > 0 ? after : undefined,
    order: isBack ? (order === 'asc' ? 'desc' : 'asc') : order,
    limit: parseLimit(query.limit),
  })
  if (isBack) rows.reverse()
  const token = (row: Row | undefined, back: 0 | 1) =>
    row === undefined ? null : encodePageToken(request, [back, ...source.cursorOf(row)])
  const hasPrev = isBack ? hasMore : after.length > 0
  const hasNext = isBack ? true : hasMore
  return { rows, prev: hasPrev ? token(rows[0], 1) : null, next: hasNext ? token(rows.at(-1), 0) : null }
}

/** `limit + 1` rows were read: those of the page, and whether there was one more. */
export function cutTo<Row>(rows: Row[], limit: number): { rows: Row[]; hasMore: boolean } {
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit }
}

/** A list that is read whole and short enough for that; pages only where a limit is asked for. */
export function wholeList<Resource>(urls: Urls, request: RequestWith<PageQuery>, all: Resource[]) {
  const { query } = request
  const [start = 0] = decodePageToken(request, query.page_token, 1) ?? []
  const limit = query.limit === undefined ? all.length : parseLimit(query.limit)
  const token = (offset: number) => encodePageToken(request, [Math.max(offset, 0)])
  return listEnvelope(urls, request, all.slice(start, start + limit), {
    prev: start > 0 ? token(start - limit) : null,
    next: start + limit < all.length ? token(start + limit) : null,
  })
}
