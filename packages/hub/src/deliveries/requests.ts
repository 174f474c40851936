import type { Urls } from '../http/urls.ts'
import type { BodyFormat } from '../messages/body.ts'
import type { Recipient } from '../messages/queries.ts'
import type { TeammateRow } from '../teammates/present.ts'
import { messageBody } from './envelope.ts'

/** The next of a conversation, locked by the transaction that claims it. */
export interface Head extends Omit<TeammateRow, 'id'> {
  message_id: number
  conversation_id: number
  channel_id: number
  /** Before the one that begins now. */
  attempts: number
  retries: number
  /** Null before its first attempt; the columns below then say what it is built from. */
  request_body: Buffer | null
  /** Of its conversation, oldest first; null when it has none. */
  external_ids: string[] | null
  channel_address: string
  replied_to_id: number | null
  in_reply_to: string | null
  author_id: number | null
  contact_id: number | null
  handle: string
  name: string | null
  sender_name: string | null
  recipients: Recipient[] | null
  subject: string | null
  body: string
  body_format: BodyFormat
  blurb: string
  created_ms: number
}

/** The frozen request, or the one that is from now on. An Error for one that cannot be written down: it holds up no other. */
export function requestOf(head: Head, companyId: number, urls: Urls): Buffer | Error {
  if (head.request_body !== null) return head.request_body
  try {
    return Buffer.from(messageBody(messageOf(head), companyId, head.external_ids ?? [], urls))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function messageOf(head: Head) {
  const author = head.author_id === null || head.email === null ? null : { ...head, id: head.author_id }
  return {
    ...head,
    id: head.message_id,
    author,
    is_inbound: false,
    external_id: null,
    error_type: null,
    error_message: null,
    created_at: new Date(head.created_ms),
    sort_us: 0,
    delivery: null,
  }
}
