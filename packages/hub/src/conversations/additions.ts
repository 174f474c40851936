import type { TSchema } from 'typebox'
import type { Urls } from '../http/urls.ts'

/**
 * A field that a feature adds to the resource of a conversation. The features register theirs in main.ts: conversations/ knows none of
 * them. The key under which it is registered is the field's name.
 */
export interface ConversationAddition {
  schema: TSchema
  /** The value of the field, as SQL on the conversation `c`. */
  sql: string
  /** The value as it is shown, where that is not what the SQL returns. */
  present?(value: unknown, companyId: number, urls: Urls): unknown
}

export type ConversationAdditions = Record<string, ConversationAddition>

/** Their values as they are shown, by their names. */
export function presentAdditions(
  additions: ConversationAdditions,
  values: Record<string, unknown>,
  companyId: number,
  urls: Urls,
): Record<string, unknown> {
  const shown = Object.entries(additions).map(([name, { present }]) => [
    name,
    present ? present(values[name], companyId, urls) : values[name],
  ])
  return Object.fromEntries(shown)
}

/** All of them, as SQL: an object by their names. */
export function additionsColumn(additions: ConversationAdditions): string {
  const fields = Object.entries(additions).map(([name, { sql }]) => `'${name}', ${sql}`)
  return `jsonb_build_object(${fields.join(', ')}) as additions`
}
