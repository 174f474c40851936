import type { operations } from './schema.d.ts'

/** The hub's answers, as far as the app reads them. Times are float seconds since 1970. */
export interface Teammate {
  id: string
  email: string
  username: string
  first_name: string
  last_name: string
  is_admin: boolean
  is_available: boolean
  is_blocked: boolean
}

export interface Preferences {
  enter_to_send?: boolean
}

export interface Me extends Teammate {
  preferences: Preferences
}

export interface Company {
  id: string
  name: string
}

export interface Inbox {
  id: string
  name: string
  is_public: boolean
}

interface ChannelHealth {
  state: 'ok' | 'failing' | 'paused'
  since: number | null
  last_error: string | null
  next_try_at: number | null
}

export interface ChannelTypeSummary {
  uid: string
  name: string
  icon: string | null
  allow_reply: boolean
  allow_compose: boolean
  composer: 'basic' | 'advanced'
  contact_type: 'custom' | 'email' | 'phone'
  idempotent: boolean
}

export interface Channel {
  _links: { related: { inbox: string | null } }
  id: string
  name: string
  address: string
  status: 'ok' | 'offline'
  settings: { undo_send_time: number }
  channel_type: ChannelTypeSummary
  health: ChannelHealth
  inbox_id?: string
  created_at: number
  /** Where its messages go; admins only. */
  webhook_url?: string
}

export type DeliveryState =
  | 'queued'
  | 'waiting'
  | 'sending'
  | 'delayed'
  | 'sent'
  | 'failed'
  | 'not_confirmed'
  | 'cancelled'

export interface Delivery {
  state: DeliveryState
  undo_until: number | null
  next_attempt_at: number | null
  /** Queued, but nothing is sent to its channel before. */
  held_until: number | null
  error: { code: string; message: string } | null
  attempts: number
  /** It failed or was cancelled, after an attempt that may have arrived. */
  may_have_arrived: boolean
  /** It failed, and somebody has dealt with it. */
  is_dismissed: boolean
  waits_for: string | null
  /** The teammate who cancelled it, took it for sent, or dismissed it. */
  decided_by: string | null
  decided_by_type: 'teammate' | 'api' | null
}

export interface Attempt {
  number: number
  started_at: number
  duration_ms: number | null
  status_code: number | null
  outcome: 'sent' | 'failed' | 'delayed' | 'not_confirmed'
  error: { code: string; message: string } | string | null
  response_excerpt: string | null
  /** The technical reason why there is no answer. */
  detail: string | null
}

export interface DeliveryWithAttempts extends Delivery {
  attempts_log: Attempt[]
}

/** `text`: HTML beyond what the hub converts, of which only the words are shown. */
type Render = { kind: 'inline'; html: string } | { kind: 'frame'; url: string } | { kind: 'text' }

interface Recipient {
  name: string | null
  handle: string
  role: 'from' | 'to' | 'cc' | 'bcc' | 'reply-to'
}

export interface Message {
  id: string
  message_uid: string
  is_inbound: boolean
  created_at: number
  subject: string | null
  blurb: string
  body: string
  text: string
  author: Teammate | null
  recipients: Recipient[]
  error_type: string | null
  /** The channel's own words when it could not deliver. */
  error_message: string | null
  /** Who wrote it on the channel's side, for messages the channel pushed. */
  sender_name: string | null
  channel_id: string
  /** null for inbound messages and for those the channel pushed. */
  delivery: Delivery | null
  /** How an HTML body is shown; null: as text. */
  render: Render | null
  /** Of an event: body and text stop at the preview. */
  is_excerpt?: boolean
}

export interface Conversation {
  id: string
  subject: string | null
  /** deleted: in the trash, or spam */
  status: 'archived' | 'unassigned' | 'deleted' | 'assigned'
  is_spam: boolean
  assignee: Teammate | null
  recipient: Recipient | null
  created_at: number
  updated_at: number
  unread: boolean
  inbox_id: string
  channel_id: string
  last_message: {
    id: string
    blurb: string
    is_inbound: boolean
    created_at: number
    delivery: Delivery | null
  } | null
  /** Absent when nobody waits for an answer. Seconds. */
  waiting_since?: number
  /** The customer's message that came last; it may stand before others. */
  newest_inbound_id: string | null
  /** The worst of its answers that did not simply arrive and that nobody has dealt with. */
  undelivered: 'failed' | 'not_confirmed' | 'delayed' | null
}

/** In an event: a conversation that this teammate sees no more. */
export interface GoneConversation {
  id: string
  inbox_id: null
}

export type EventType = operations['get-event']['responses'][200]['content']['application/json']['type']

export interface HubEvent {
  id: string
  type: EventType
  emitted_at: number
  source: { _meta: { type: string }; data: unknown } | null
  target: { _meta: { type: string }; data: unknown } | null
  conversation: Conversation | GoneConversation | null
  data?: Record<string, unknown> | null
}

export interface Unread {
  inboxes: Record<string, number>
  assigned_to_me: number
  undelivered: number
}

export interface Page<Result> {
  _pagination?: { next: string | null }
  _results: Result[]
}
