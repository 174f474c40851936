import { findAttachable } from '../attachments/queries.ts'
import { requireAllAllowed } from '../attachments/rules.ts'
import { uploaderOf } from '../attachments/store.ts'
import { requireChannel } from '../channels/access.ts'
import { findFileRules } from '../channels/queries.ts'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { FileRoute, FileRules, ReceivedFile } from '../http/files.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'

/** Front names the field of files so, with and without brackets. */
export const filesOfMessages: FileRoute = { fields: ['attachments', 'attachments[]'] }

/** A message says something, or brings a file. Throws invalid_body. */
export function requireContent(body: string | undefined, files: number): void {
  if (files > 0 || /\S/.test(body ?? '')) return
  throw new ApiError('invalid_body', undefined, [
    body === undefined ? 'body.body: missing' : 'body.body: is empty, and there is no file',
  ])
}

/** The files that the conversation's channel takes. Throws not_found. */
export async function rulesOfReply(db: Database, principal: Principal, conversation_id = ''): Promise<FileRules> {
  const { channel_id } = await requireConversation(db, principal, conversation_id)
  return findFileRules(db, principal.companyId, channel_id)
}

/** The files that a channel takes for a new conversation. Throws not_found. */
export async function rulesOfCompose(db: Database, principal: Principal, channel_id = ''): Promise<FileRules> {
  return findFileRules(db, principal.companyId, (await requireChannel(db, principal, channel_id)).id)
}

/**
 * Numbers of the files of a message: those that were uploaded before, and those that came with it. Throws invalid_body,
 * file_not_allowed.
 */
export async function filesOf(
  db: Database,
  principal: Principal,
  channelId: number,
  asked: string[] = [],
  received: ReceivedFile[] = [],
): Promise<number[]> {
  const arrived = received.map(({ id }) => id)
  if (asked.length === 0) return arrived
  if (asked.length + arrived.length > 10)
    throw new ApiError('invalid_body', undefined, ['body.attachment_ids: a message has 10 files at most'])
  const ids = asked.map((id) => resourceNumber(principal, 'fil', id))
  const [files, rules] = await Promise.all([
    findAttachable(db, uploaderOf(principal), ids),
    findFileRules(db, principal.companyId, channelId),
  ])
  const sizes = received.map(({ filename, contentType, size }) => ({ filename, content_type: contentType, size }))
  requireAllAllowed([...files, ...sizes], rules)
  // whether they are all the caller's is decided where the message is made: a repeat names files that it has by now
  return [...ids, ...arrived]
}
