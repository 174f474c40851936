/** The words in which a channel server may say no. */
export const errorTypes = [
  'bad_request',
  'authentication_required',
  'forbidden',
  'not_found',
  'request_timeout',
  'too_many_requests',
  'internal_error',
] as const
export type ErrorType = (typeof errorTypes)[number]

/** Hub → channel server, POST to the server URL, when an admin adds a channel. */
export interface AuthorizationRequest {
  type: 'authorization'
  payload: { channel_id: string }
}

/** Hub → channel server, POST: a teammate's message on its way to the customer. */
export interface MessageRequest {
  type: 'message'
  payload: MessagePayload
  metadata: ConversationReference
}

/** Hub → channel server, POST: a rule answered. Its payload has no id, and no author. */
export interface MessageAutoreplyRequest {
  type: 'message_autoreply'
  payload: AutoreplyPayload
  metadata: ConversationReference
}

/** Hub → channel server, POST: a message the channel pushed is in the inbox now. */
export interface MessageImportedRequest {
  type: 'message_imported'
  payload: MessagePayload
  metadata: ConversationReference
}

/** Hub → channel server, DELETE with this body: the channel is gone. */
export interface DeleteRequest {
  type: 'delete'
  payload: { channel_id: string }
}

export type ChannelRequest =
  | AuthorizationRequest
  | MessageRequest
  | MessageAutoreplyRequest
  | MessageImportedRequest
  | DeleteRequest

/** The channel's own ids of the conversation: none when it starts here, several when conversations were merged. */
export interface ConversationReference {
  /** The first of them, for older channels. */
  external_conversation_id?: string
  external_conversation_ids: string[]
}

export interface MessagePayload {
  _links: {
    self: string
    related: { conversation: string; message_replied_to?: string; message_seen?: string }
  }
  /** `msg_…`; the same when a message is sent again. */
  id: string
  message_uid: string
  /** `custom` for channels like yours. */
  type: string
  is_inbound: boolean
  /** Seconds, with milliseconds. */
  created_at: number
  /** A short preview. */
  blurb: string
  /** HTML. */
  body: string
  /** Plain text. */
  text: string
  error_type: string | null
  version: string | null
  subject: string | null
  draft_mode: string | null
  metadata: MessageMetadata
  /** Who wrote it; null when no person did. */
  author: Author | null
  /** At least one of them has the role `to`. */
  recipients: Recipient[]
  attachments: Attachment[]
  signature: null
  is_draft: boolean
}

export interface AutoreplyPayload {
  _links: { related: { conversation: string; message_replied_to: string } }
  type: 'auto_reply'
  is_inbound: boolean
  /** Seconds, with milliseconds. */
  created_at: number
  /** HTML. */
  body: string
  /** Plain text. */
  text: string
  recipients: Recipient[]
  attachments: Attachment[]
}

export interface MessageMetadata {
  external_id?: string
  headers?: { in_reply_to: string | null }
}

export interface Author {
  _links: { self: string; related: { inboxes: string; conversations: string } }
  /** `tea_…` */
  id: string
  email: string
  username: string
  first_name: string
  last_name: string
  is_admin: boolean
  is_available: boolean
  is_blocked: boolean
  license_type?: string
  /** `user` for a person. */
  type?: string
  custom_fields?: Record<string, unknown>
}

export type RecipientRole = 'from' | 'to' | 'cc' | 'bcc' | 'reply-to'

export interface Recipient {
  _links: { related: { contact: string | null } }
  name: string | null
  handle: string
  role: RecipientRole
}

export interface Attachment {
  id: string
  filename: string
  /** Asks for a channel token. */
  url: string
  content_type: string
  /** Bytes. */
  size: number
  metadata: { is_inline: boolean; cid?: string }
}

/** Channel server → hub, as its answer to `authorization`. Without a URL, what follows goes to the server URL. */
export interface AuthorizationAnswer {
  type: 'success'
  webhook_url?: string
}

/** Channel server → hub, as its answer to `message` and `message_autoreply`. Ids have at most 200 characters. */
export interface MessageAnswer {
  type: 'success'
  external_id?: string
  external_conversation_id?: string
}

/** Channel server → hub, as its answer to anything: no, and why, in words that the teammate reads. */
export interface RefusalAnswer {
  type: ErrorType
  message: string
}

/** A customer as the channel knows them. */
export interface Person {
  /** Unique in the channel's contact type; phone numbers with + and country code. */
  handle: string
  name?: string | null
  /** Links to the contact that has this address already. */
  email?: string | null
}

interface Pushed {
  subject?: string | null
  /** HTML or plain text. */
  body: string
  metadata: {
    /** The message's id in the channel, at most 200 characters: what is pushed twice is stored once. */
    external_id: string
    /** The conversation's id in the channel, at most 200 characters: the only thing that threads. */
    external_conversation_id: string
    /** The id of the message that this one answers. */
    referenced_message_external_id?: string | null
  }
  /** Seconds; now by default. */
  delivered_at?: number | null
}

/** Channel server → hub, `POST /channels/{id}/inbound_messages`: a customer wrote. */
export interface InboundMessage extends Pushed {
  sender: Person
}

/** Channel server → hub, `POST /channels/{id}/outbound_messages`: the company wrote, elsewhere. `to` as an object is the older form. */
export interface PushedOutboundMessage extends Pushed {
  to: Person[] | Person
  sender_name?: string | null
  /** `tea_…` or `alt:email:…`; without it the channel itself is shown as the author. */
  author_id?: string | null
}

/** Channel server → hub, `PUT …/messages/{external_id}/status`: it failed after it had been accepted. */
export interface MessageStatus {
  status: 'failed'
  reason?: string | null
}

/** Channel server → hub, `PATCH /channels/{id}`. */
export interface ChannelHealth {
  status: 'ok' | 'offline'
}

/** Hub → channel server: stored, once, durably. */
export interface Accepted {
  status: 'accepted'
  message_uid: string
}
