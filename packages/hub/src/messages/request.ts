import type { Capability } from '@portico/protocol'
import { convertHere } from '../bodies/conversion.ts'
import { asStripped } from '../bodies/convert.ts'
import { conversationReference, requestText } from '../channel-requests/build.ts'
import type { Urls } from '../http/urls.ts'
import { sentContent } from '../rich-content/stored.ts'
import type { TeammateRow } from '../teammates/present.ts'
import { type MessageContent, messagePayload } from './payload.ts'

/** A row of unsent_contents: what the request of a message is built from. */
export type UnsentContent = Omit<MessageContent, 'id' | 'is_inbound' | 'author'> & {
  message_id: number
  channel_id: number
  /** The external ids of its conversation, oldest first; null when it has none. */
  external_ids: string[] | null
  /** Of the channel's type; null where they change nothing. */
  capabilities?: Capability[] | null
} & AuthorColumns

/** The author; null when no teammate wrote it, or they were removed since. */
type AuthorColumns = ({ author_id: number } & Omit<TeammateRow, 'id'>) | { author_id: number | null; email: null }

/** Builds the final request. Returns an Error for one that cannot be written, so that it delays no other. */
export function requestOf(row: UnsentContent, companyId: number, urls: Urls): Buffer | Error {
  try {
    const payload = messagePayload(contentOf(row), companyId, urls)
    const metadata = conversationReference(row.external_ids ?? [])
    return Buffer.from(requestText({ type: 'message', payload, metadata }))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function contentOf(row: UnsentContent): MessageContent {
  const author = row.email === null ? null : { ...row, id: row.author_id }
  const rich_content = row.rich_content && sentContent(row.rich_content, row.capabilities ?? [])
  const author_capabilities = row.capabilities ?? null
  const text = row.text ?? textOf(row)
  return { ...row, id: row.message_id, is_inbound: false, text, author, author_capabilities, rich_content }
}

/** An HTML body that an older hub stored: the claim waits for no thread. */
function textOf({ body, body_format }: UnsentContent): string {
  if (body_format === 'text') return body
  const { forms } = convertHere({ companyId: 0, body, declared: body_format }) ?? asStripped(body)
  return forms?.text ?? body
}
