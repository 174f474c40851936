import type { Capability } from '@portico/protocol'
import { conversationReference, requestText } from '../channel-requests/build.ts'
import { externalIdsOf } from '../conversations/external-ids.ts'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import { findMessages, type MessageRow } from '../messages/queries.ts'
import type { ChangeKind, MessageChange } from './kind.ts'

interface BodyDeps {
  db: Pick<Database, 'query'>
  urls: Urls
}

/** What a change is about, as it is now. */
export interface Subject {
  message: MessageRow | undefined
  conversationIds: string[]
  capabilities: Capability[]
}

/** What the requests of changes are built from, read once for a claim. */
export async function readSubjects(db: BodyDeps['db'], companyId: number, changes: MessageChange[]) {
  const ids = changes.flatMap(({ message_id }) => message_id ?? [])
  const messages = new Map((ids.length > 0 ? await findMessages(db, companyId, ids) : []).map((row) => [row.id, row]))
  const conversationOf = (change: MessageChange) =>
    change.conversation_id ?? messages.get(change.message_id ?? 0)?.conversation_id ?? 0
  const externalIds = await externalIdsOf(db, companyId, [...new Set(changes.map(conversationOf))])
  return {
    messageOf: (change: MessageChange) => messages.get(change.message_id ?? 0),
    conversationIdsOf: (change: MessageChange) => externalIds.get(conversationOf(change)) ?? [],
  }
}

/** The text of a change's request, of what holds now; null when there is nothing left to tell. */
export async function bodyOf(
  { db, urls }: BodyDeps,
  kind: ChangeKind,
  change: MessageChange,
  { message, conversationIds, capabilities }: Subject,
): Promise<string | null> {
  const externalId = message?.external_id
  const reference = {
    ...conversationReference(conversationIds),
    ...(externalId != null && { external_id: externalId }),
    version: change.version,
  }
  const request = await kind.request(change, { db, urls, message, capabilities, reference })
  return request && requestText(request)
}
