import { createHash } from 'node:crypto'
import type { ListEnvelope } from '@portico/protocol'
import type { FastifyRequest } from 'fastify'
import { ApiError } from './api-error.ts'
import { requirePrincipal } from './principal.ts'
import type { Urls } from './urls.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 100

/** The `limit` of a query: 1 to 100, 50 when absent. */
export function parseLimit(value: unknown): number {
  if (value === undefined || value === '') return DEFAULT_LIMIT
  const limit = Number(value)
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ApiError('invalid_query', undefined, ['query.limit: must be a whole number from 1 to 100'])
  }
  return Math.min(limit, MAX_LIMIT)
}

/** An answer with a page of a list holds about so much; a page that would be larger has fewer results. */
export const pageBytes = 4 << 20

/** The first of the items that together fit into an answer, at least one: a page always leads on. */
export function fitting<Item>(items: Item[], sizeOf: (item: Item) => number): Item[] {
  let left = pageBytes
  const end = items.findIndex((item, index) => {
    left -= sizeOf(item)
    return left < 0 && index > 0
  })
  return end === -1 ? items : items.slice(0, end)
}

/** A cursor of a list (the numbers its order is made of) as an opaque page token, good for this list of this company. */
export function encodePageToken(request: FastifyRequest, cursor: number[]): string {
  return Buffer.from(JSON.stringify([listOf(request), ...cursor])).toString('base64url')
}

/** The cursor that a page token names, `undefined` without one. `length` is how many numbers the list's order has. */
export function decodePageToken(request: FastifyRequest, token: unknown, length: number): number[] | undefined {
  if (token === undefined || token === '') return undefined
  const [list, ...cursor] = typeof token === 'string' ? partsOf(token) : []
  if (list !== listOf(request) || cursor.length !== length || !cursor.every(isCursorNumber)) {
    throw new ApiError('invalid_query', undefined, ['query.page_token: is not one this list has given'])
  }
  return cursor
}

/** The list of a page token: its company, route and resource. */
function listOf(request: FastifyRequest): string {
  const list = [requirePrincipal(request).companyId, request.routeOptions.url, request.params]
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12)
}

/** Buffer skips what is no base64url, so the text is made again and compared. */
function partsOf(token: string): unknown[] {
  const text = Buffer.from(token, 'base64url').toString()
  if (Buffer.from(text).toString('base64url') !== token) return []
  try {
    const parts: unknown = JSON.parse(text)
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function isCursorNumber(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/**
 * Front's list envelope. `prev` and `next` are the page tokens before and after this page, null where there is none. The
 * links are built on the origin the caller used.
 */
export function listEnvelope<Resource>(
  urls: Urls,
  request: FastifyRequest,
  results: Resource[],
  { prev, next }: { prev: string | null; next: string | null },
): ListEnvelope<Resource> {
  const path = request.url
  const link = (token: string | null) => token && urls.requestOrigin(request) + withPageToken(path, token)
  return {
    _pagination: { prev: link(prev), next: link(next) },
    _links: { self: urls.of() + path.slice(1) },
    _results: results,
  }
}

function withPageToken(path: string, token: string): string {
  const url = new URL(path, 'http://hub')
  url.searchParams.set('page_token', token)
  return url.pathname + url.search
}
