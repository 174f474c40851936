import { convertHere } from '../bodies/conversion.ts'
import { asStripped } from '../bodies/convert.ts'
import type { Urls } from '../http/urls.ts'
import type { MessageContent } from '../messages/payload.ts'
import type { TeammateRow } from '../teammates/present.ts'
import { messageBody } from './envelope.ts'

type Content = Omit<MessageContent, 'id' | 'author' | 'is_inbound' | 'external_id' | 'error_type'>

/** The next of a conversation, locked by the transaction that claims it. */
export interface Head extends Content, Omit<TeammateRow, 'id'> {
  message_id: number
  channel_id: number
  author_id: number | null
  /** Before the one that begins now. */
  attempts: number
  retries: number
  /** Null before its first attempt; its content then says what it is built from. */
  request_body: Buffer | null
  /** Of its conversation, oldest first; null when it has none. */
  external_ids: string[] | null
}

/** The frozen request, or the one that is from now on. An Error for one that cannot be written down: it holds up no other. */
export function requestOf(head: Head, companyId: number, urls: Urls): Buffer | Error {
  if (head.request_body !== null) return head.request_body
  try {
    return Buffer.from(messageBody('message', contentOf(head), companyId, head.external_ids ?? [], urls))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Before its first attempt a message has no id in the channel, and no error. */
function contentOf(head: Head): MessageContent {
  const author = head.author_id === null || head.email === null ? null : { ...head, id: head.author_id }
  return {
    ...head,
    id: head.message_id,
    text: head.text ?? textOf(head),
    author,
    is_inbound: false,
    external_id: null,
    error_type: null,
  }
}

/** An HTML body that an older hub stored: the claim waits for no thread. */
function textOf({ body, body_format }: Head): string {
  if (body_format === 'text') return body
  const { forms } = convertHere({ companyId: 0, body, declared: body_format }) ?? asStripped(body)
  return forms?.text ?? body
}
