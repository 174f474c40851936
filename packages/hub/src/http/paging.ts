import type { FastifyRequest } from 'fastify'
import { ApiError } from './api-error.ts'
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

/** A place in a list (the values its order is made of) as an opaque page token. */
export function encodePageToken(place: (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place a page token names, `undefined` without one. `length` is how many values the list's order has. */
export function decodePageToken(token: unknown, length: number): (string | number | null)[] | undefined {
  if (token === undefined || token === '') return undefined
  const place = typeof token === 'string' ? parsePlace(token) : undefined
  if (!Array.isArray(place) || place.length !== length || !place.every(isPlaceValue)) {
    throw new ApiError('invalid_query', undefined, ['query.page_token: is not one this list has given'])
  }
  return place
}

function parsePlace(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString())
  } catch {
    return undefined
  }
}

function isPlaceValue(value: unknown): value is string | number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return value === null || (typeof value === 'string' && !value.includes('\0'))
}

/**
 * Front's list envelope. `next` is the page token after this page, null on the last one; a list that has no pages
 * leaves it out. The link to the next page is built on the origin the caller used (T24).
 */
export function listEnvelope<Resource>(urls: Urls, request: FastifyRequest, results: Resource[], next?: string | null) {
  const path = request.url
  const envelope = { _links: { self: urls.of() + path.slice(1) }, _results: results }
  if (next === undefined) return envelope
  return { _pagination: { next: next && urls.requestOrigin(request) + withPageToken(path, next) }, ...envelope }
}

function withPageToken(path: string, token: string): string {
  const url = new URL(path, 'http://hub')
  url.searchParams.set('page_token', token)
  return url.pathname + url.search
}
