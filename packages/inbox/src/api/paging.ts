import type { Page } from './types.ts'

/** The page_token of a list's next page; null when this was the last. */
export function nextToken(page: Page<unknown>): string | null {
  const next = page._pagination?.next
  return next ? new URL(next, 'http://hub').searchParams.get('page_token') : null
}
