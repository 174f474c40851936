import type { TSchema } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Principal } from '../http/principal.ts'
import type { ConversationAction } from './conversation-actions.ts'

/** A field that a feature adds to PATCH /conversations/{id}; registered like ConversationAdditions. */
export interface ConversationChangeField {
  schema: TSchema
  /** The action for a value that the schema accepts. Throws invalid_body. */
  actionOf(db: Database, principal: Principal, value: unknown): Promise<ConversationAction>
}

export type ConversationChangeFields = Record<string, ConversationChangeField>

/** The actions of the fields that are set. */
export async function actionsOfFields(
  fields: ConversationChangeFields,
  db: Database,
  principal: Principal,
  change: object,
): Promise<ConversationAction[]> {
  const actions: ConversationAction[] = []
  for (const [name, value] of Object.entries(change)) {
    const field = fields[name]
    if (field && value !== undefined) actions.push(await field.actionOf(db, principal, value))
  }
  return actions
}
