import type { Database, Reader } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ConversationStatus } from './status.ts'

type Outcome = 'changed' | 'unchanged' | Refusal
type Refusal = 'no_conversation' | 'no_assignee' | 'no_inbox' | 'in_trash'

/** A change of a conversation (conversation-actions.sql). */
export type ConversationAction = (db: Reader, actor: Actor, conversationId: number) => Promise<Outcome>

/** Assigns, or unassigns with null. Refused with invalid_body for somebody who cannot be assigned, conversation_in_trash. */
export const assign = (assigneeId: number | null) => action('assign_conversation', assigneeId)

/** Moves to an inbox. Refused with invalid_body when that does not exist. */
export const moveTo = (inboxId: number) => action('move_conversation', inboxId)

/** Archives, reopens, puts into the trash or spam, restores. */
export const setStatus = (status: ConversationStatus) => action('set_conversation_status', status)

/**
 * The action of an SQL function with the parameters `(company, conversation, actor, actor's id, …values)` and the outcomes of
 * conversation-actions.sql.
 */
export function action(name: string, ...values: (number | string | number[] | null)[]): ConversationAction {
  const parameters = ['$1', '$2', '$3', '$4', ...values.map((_, i) => `$${i + 5}`)].join(', ')
  return async (db, { companyId, kind, id: actorId }, conversationId) => {
    const [row] = await db.query<{ outcome: Outcome }>(name, `select ${name}(${parameters}) as outcome`, [
      ...[companyId, conversationId, kind, actorId, ...values],
    ])
    return row?.outcome ?? 'no_conversation'
  }
}

/** Performs actions in order and atomically. Each real change is an event. Throws not_found and the refusals of the actions. */
export async function changeConversation(
  db: Database,
  bus: Bus,
  actor: Actor,
  conversationId: number,
  ...actions: ConversationAction[]
): Promise<void> {
  const [only, ...others] = actions
  if (!only) return
  const hasChanged = others.length
    ? await db.transaction((tx) => doAll(tx, actor, conversationId, actions))
    : await doAll(db, actor, conversationId, [only])
  if (hasChanged) bus.eventsCommitted(actor.companyId)
}

async function doAll(
  db: Reader,
  actor: Actor,
  conversationId: number,
  actions: ConversationAction[],
): Promise<boolean> {
  let hasChanged = false
  for (const each of actions) {
    const outcome = await each(db, actor, conversationId)
    if (outcome === 'changed') hasChanged = true
    else if (outcome !== 'unchanged') throw refusalOf(outcome)
  }
  return hasChanged
}

function refusalOf(outcome: Refusal): ApiError {
  switch (outcome) {
    case 'no_conversation':
      return new ApiError('not_found')
    case 'in_trash':
      return new ApiError('conversation_in_trash')
    case 'no_inbox':
      return new ApiError('invalid_body', 'This inbox does not exist.', ['body.inbox_id: not an inbox'])
    case 'no_assignee':
      return new ApiError('invalid_body', 'This teammate does not exist or is blocked.', [
        'body.assignee_id: not a teammate',
      ])
  }
}
