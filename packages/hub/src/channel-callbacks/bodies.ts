import { publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import { conversationReference, requestText } from '../channel-requests/build.ts'
import { externalIdsOf } from '../conversations/external-ids.ts'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import { messagePayload } from '../messages/payload.ts'
import { findMessages } from '../messages/queries.ts'
import type { Callback, ChannelKey } from './queries.ts'

interface BodyDeps {
  db: Pick<Database, 'query'>
  urls: Urls
  log: Pick<Logger, 'error'>
}

/** The exact text of each callback's request, by the callback's number. One whose message is gone, or cannot be written down, has none. */
export async function bodiesOf(
  deps: BodyDeps,
  channel: ChannelKey,
  callbacks: Callback[],
): Promise<Map<number, string>> {
  const imports = await importsOf(deps, channel, callbacks)
  const bodies = new Map<number, string>()
  for (const { id, kind, message_id } of callbacks) {
    const body = kind === 'delete' ? deletionOf(channel) : imports.get(message_id ?? 0)
    if (body !== undefined) bodies.set(id, body)
  }
  return bodies
}

/** Sends an HTTP DELETE with a body, unlike Front's introduction page. */
function deletionOf({ company_id, channel_id }: ChannelKey): string {
  return requestText({ type: 'delete', payload: { channel_id: publicId('cha', company_id, channel_id) } })
}

async function importsOf({ db, urls, log }: BodyDeps, { company_id }: ChannelKey, callbacks: Callback[]) {
  const messageIds = callbacks.flatMap(({ message_id }) => message_id ?? [])
  if (messageIds.length === 0) return new Map<number, string>()
  const messages = await findMessages(db, company_id, messageIds)
  const ids = await externalIdsOf(db, company_id, [...new Set(messages.map((row) => row.conversation_id))])
  const bodies = new Map<number, string>()
  for (const row of messages) {
    try {
      const payload = messagePayload(row, company_id, urls)
      const metadata = conversationReference(ids.get(row.conversation_id) ?? [])
      bodies.set(row.id, requestText({ type: 'message_imported', payload, metadata }))
    } catch (error) {
      log.error({ err: error, company_id, message_id: row.id }, 'a callback could not be written down')
    }
  }
  return bodies
}
