import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An operation of Front's published API files, built here or not. */
export interface PublishedOperation {
  method: string
  /** The path as routes are registered: `/conversations/:conversation_id`. */
  url: string
  operationId: string
  query: string[]
  /** Fields of its body, each a path: `metadata.external_id`; `[]` stands for what a list holds. */
  body: string[]
}

/** Written by scripts/generate-published.ts. */
const file = join(import.meta.dirname, 'operations.tsv')

export const publishedOperations: PublishedOperation[] = readFileSync(file, 'utf8')
  .split('\n')
  .slice(1, -1)
  .map((line) => {
    const [method = '', path = '', operationId = '', query, body] = line.split('\t')
    return { method, url: asRoute(path), operationId, query: listOf(query), body: listOf(body) }
  })

function asRoute(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1').replace(/\/$/, '')
}

function listOf(names: string | undefined): string[] {
  return names ? names.split(',') : []
}

/** The path without parameter names: equal for routes that differ only in those. */
export function shapeOf({ method, url }: { method: string; url: string }): string {
  return `${method} ${url.replace(/:\w+/g, ':')}`
}
