import { convertHere } from '../bodies/conversion.ts'
import { asStripped } from '../bodies/convert.ts'
import { conversationReference, requestText } from '../channel-requests/build.ts'
import type { Urls } from '../http/urls.ts'
import { type MessageContent, messagePayload } from '../messages/payload.ts'
import type { TeammateRow } from '../teammates/present.ts'

/** What peek_deliveries answers of a delivery: its frozen request, or, without one, what that is built from. */
export type PeekRow = ReadyDelivery & ({ request_body: Buffer } | ({ request_body: null } & UnsentMessage))

interface ReadyDelivery {
  message_id: number
  conversation_id: number
  channel_id: number
  /** Before the one that begins now. */
  attempts: number
  retries: number
  /** It has to wait for a slot: that there is one is all that is told of it. */
  is_beyond: boolean
  /** Of its conversation, oldest first; null when it has none. */
  external_ids: string[] | null
}

type UnsentMessage = Omit<MessageContent, 'id' | 'is_inbound' | 'author'> & AuthorColumns

/** No author: nobody in person wrote it, or who did was removed since. */
type AuthorColumns = ({ author_id: number } & Omit<TeammateRow, 'id'>) | { author_id: number | null; email: null }

/** The frozen request, or the one that is from now on. An Error for one that cannot be written down: it holds up no other. */
export function requestOf(row: PeekRow, companyId: number, urls: Urls): Buffer | Error {
  if (row.request_body !== null) return row.request_body
  try {
    const payload = messagePayload(contentOf(row), companyId, urls)
    const metadata = conversationReference(row.external_ids ?? [])
    return Buffer.from(requestText({ type: 'message', payload, metadata }))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function contentOf(row: PeekRow & UnsentMessage): MessageContent {
  const author = row.email === null ? null : { ...row, id: row.author_id }
  return { ...row, id: row.message_id, is_inbound: false, text: row.text ?? textOf(row), author }
}

/** An HTML body that an older hub stored: the claim waits for no thread. */
function textOf({ body, body_format }: UnsentMessage): string {
  if (body_format === 'text') return body
  const { forms } = convertHere({ companyId: 0, body, declared: body_format }) ?? asStripped(body)
  return forms?.text ?? body
}
