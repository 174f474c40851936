import { encodeId, parseAlias, parseMessageUid } from '@portico/protocol'
import { requireConversationNumber, unitedInto } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { findMessage, type MessageRow } from './queries.ts'

/** The message of an id or `alt:uid:` alias, when the caller may see its conversation. Throws not_found. */
export async function requireMessage(db: Database, principal: Principal, text: string): Promise<MessageRow> {
  const number = messageNumber(principal, text)
  const message =
    (await findMessage(db, principal.companyId, number)) ?? (await findUnited(db, principal.companyId, number))
  if (!message) throw new ApiError('not_found')
  await requireConversationNumber(db, principal, message.conversation_id)
  return message
}

/** The message into which another with this id was merged. */
async function findUnited(db: Database, companyId: number, number: number): Promise<MessageRow | undefined> {
  const into = await unitedInto(db, companyId, number)
  return into === undefined ? undefined : findMessage(db, companyId, into)
}

function messageNumber(principal: Principal, text: string): number {
  const alias = parseAlias(text)
  if (alias.kind === 'id') return resourceNumber(principal, 'msg', text)
  const integer = alias.source === 'uid' ? parseMessageUid(alias.value) : null
  if (integer === null) throw new ApiError('not_found')
  return resourceNumber(principal, 'msg', encodeId('msg', integer))
}
