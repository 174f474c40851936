import {
  type Capability,
  type MessageMetadata,
  type MessagePayload,
  messageUidOf,
  publicId,
  type Recipient,
  type SentTemplate,
} from '@portico/protocol'
import { attachmentResource } from '../attachments/present.ts'
import type { FileFacts } from '../attachments/queries.ts'
import { bodyAsHtml } from '../bodies/as-html.ts'
import type { BodyFormat } from '../bodies/convert.ts'
import type { Urls } from '../http/urls.ts'
import type { StoredContent } from '../rich-content/schema.ts'
import { contentMetadata, fallbackOf } from '../rich-content/stored.ts'
import { authorFor, type TeammateRow } from '../teammates/present.ts'
import type { Teammate } from '../teammates/schema.ts'

/** A recipient as it is stored with its message. */
interface StoredRecipient {
  handle: string
  name?: string | null
  role?: Recipient['role']
  contact_id?: number | null
}

/** The content of a message: everything in its payload, from any source. */
export interface MessageContent {
  id: number
  conversation_id: number
  channel_address: string
  /** The id, absent like `error_type` until there is a response. */
  external_id?: string | null
  replied_to_id: number | null
  in_reply_to: string | null
  is_inbound: boolean
  contact_id: number | null
  handle: string
  name: string | null
  sender_name: string | null
  recipients: StoredRecipient[] | null
  subject: string | null
  body: string
  body_format: BodyFormat
  /** The converted forms of an HTML body; null when the body is plain text. */
  text: string | null
  blurb: string
  error_type?: string | null
  /** The position in the thread: the time of writing, in microseconds. */
  sort_us: number
  author: TeammateRow | null
  /** Of the channel's type, in a request to its server: how it sees the author. */
  author_capabilities?: readonly Capability[] | null
  /** The template that it was made of, as it was then. */
  template?: SentTemplate | null
  attachments: FileFacts[] | null
  rich_content?: StoredContent | null
}

/** The author has all fields of a teammate. */
type HubMessagePayload = MessagePayload & { author: Teammate | null }

/**
 * The single place that builds the wire format of a message, with its order of keys: `payload` of the requests to channel
 * servers, and the response of `GET /messages/{id}` for their tokens.
 */
export function messagePayload(content: MessageContent, companyId: number, urls: Urls): HubMessagePayload {
  const id = publicId('msg', companyId, content.id)
  const attachments = filesOf(content, id, companyId, urls)
  const fallback = (content.rich_content && fallbackOf(content.rich_content)?.text) ?? null
  return {
    _links: linksOf(content, id, companyId, urls),
    id,
    message_uid: messageUidOf(id),
    type: 'custom',
    is_inbound: content.is_inbound,
    // the time of writing, which may be long ago for an import
    created_at: Math.floor(content.sort_us / 1_000) / 1_000,
    blurb: content.blurb,
    body: htmlOf(content, fallback),
    text: below(content.text ?? content.body, fallback),
    error_type: content.error_type ?? null,
    version: null,
    subject: content.subject,
    draft_mode: null,
    metadata: metadataOf(content, attachments),
    author: content.author && authorFor(content.author_capabilities ?? [], content.author, companyId, urls),
    recipients: recipientsOf(content, companyId, urls),
    attachments,
    signature: null,
    is_draft: false,
  }
}

function htmlOf({ body, body_format }: MessageContent, fallback: string | null): string {
  const html = body === '' && fallback !== null ? '' : bodyAsHtml(body, body_format)
  return fallback === null ? html : html + bodyAsHtml(fallback, 'text')
}

function below(text: string, fallback: string | null): string {
  return fallback === null ? text : [text, fallback].filter(Boolean).join('\n\n')
}

function filesOf({ attachments }: MessageContent, id: string, companyId: number, urls: Urls) {
  return (attachments ?? []).map((file) => attachmentResource(file, companyId, urls, ['messages', id]))
}

function linksOf(content: MessageContent, id: string, companyId: number, urls: Urls): MessagePayload['_links'] {
  return {
    self: urls.of('messages', id),
    related: {
      conversation: urls.of('conversations', publicId('cnv', companyId, content.conversation_id)),
      ...(content.replied_to_id && {
        message_replied_to: urls.of('messages', publicId('msg', companyId, content.replied_to_id)),
      }),
      ...(!content.is_inbound && { message_seen: `${urls.of('messages', id)}/seen` }),
    },
  }
}

function metadataOf(
  { external_id, in_reply_to, template, rich_content }: MessageContent,
  files: MessagePayload['attachments'],
): MessageMetadata {
  return {
    ...(external_id != null && { external_id }),
    headers: { in_reply_to },
    ...(template && { application_message_template: templateOf(template, files) }),
    ...(rich_content && contentMetadata(rich_content)),
  }
}

/** The value of a file is its URL; its place among the files is what is stored. One of a message that was cancelled may be elsewhere. */
function templateOf({ variables, ...template }: SentTemplate, files: MessagePayload['attachments']): SentTemplate {
  const located = variables.map(({ value, ...variable }) => ({
    ...variable,
    value: variable.type === 'text' ? value : (files[Number(value)]?.url ?? ''),
  }))
  return { ...template, variables: located }
}

function recipientsOf(content: MessageContent, companyId: number, urls: Urls): Recipient[] {
  const contact: StoredRecipient = { handle: content.handle, name: content.name, contact_id: content.contact_id }
  const company: StoredRecipient = { handle: content.channel_address, name: content.sender_name }
  const people: StoredRecipient[] = content.is_inbound
    ? [{ ...contact, role: 'from' }, ...(content.recipients ?? [{ ...company, name: null }])]
    : [{ ...company, role: 'from' }, ...(content.recipients ?? [contact])]
  return people.map(({ handle, name, role, contact_id }) => ({
    _links: {
      related: { contact: contact_id ? urls.of('contacts', publicId('crd', companyId, contact_id)) : null },
    },
    name: name ?? null,
    handle,
    role: role ?? 'to',
  }))
}
