import type { TSchema } from 'typebox'

/**
 * A field that a feature adds to the resource of a conversation. The features register theirs in main.ts: conversations/ knows none of
 * them. The key under which it is registered is the field's name.
 */
export interface ConversationAddition {
  schema: TSchema
  /** The value of the field, as SQL on the conversation `c`. */
  sql: string
}

export type ConversationAdditions = Record<string, ConversationAddition>

/** All of them, as SQL: an object by their names. */
export function additionsColumn(additions: ConversationAdditions): string {
  const fields = Object.entries(additions).map(([name, { sql }]) => `'${name}', ${sql}`)
  return `jsonb_build_object(${fields.join(', ')}) as additions`
}
