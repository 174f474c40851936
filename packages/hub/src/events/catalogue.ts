/** The actors of events: the principals, the hub itself, and the system. */
export type ActorKind = 'teammate' | 'api' | 'channel' | 'system' | 'rule'

/**
 * The cause of an event. The actor: `teammate` by hand, `api_token` by a call, `channel` by its server's request, `system`. Or
 * the actor's other change: a `message` that arrived, was sent with it, failed or was cancelled; a `channel` that was moved or
 * deleted; a `call` that was missed; an `inbox` that was deleted, or taken from its assignee; a `teammate` who was removed.
 */
export const causeKinds = [
  'teammate',
  'api_token',
  'channel',
  'system',
  'message',
  'call',
  'inbox',
  'rule',
  'macro',
  'application',
  'import',
] as const

export type CauseKind = (typeof causeKinds)[number]

/** The kinds of targets of events. */
export type TargetKind = 'message' | 'teammate' | 'inbox' | 'call' | 'tag'

/**
 * The audience of an event (audience.ts):
 * - `inbox_readers`: readers of the current inbox of its conversation; without a conversation, of its own inbox, and
 *   everybody when it names none.
 * - `inbox_readers_and_left`: those, and readers of its target inbox, who get only the removal.
 * - `actor`: the one teammate who caused it, on all their devices.
 * - `company`: everybody.
 */
export type Audience = 'inbox_readers' | 'inbox_readers_and_left' | 'actor' | 'company'

interface EventKind {
  target: TargetKind | null
  audience: Audience
  /** Whether it is an entry of a conversation's timeline, as is_in_timeline (write.sql) has it. Messages and calls stand there by themselves. */
  isInTimeline: boolean
  /** Whether lists of events include it without a filter of types. The stream has every event. */
  isListed: boolean
  /** Whether what somebody may see can be other than before. */
  changesAccess: boolean
}

const entry = { audience: 'inbox_readers', isInTimeline: true, isListed: true, changesAccess: false } as const
const message = {
  target: 'message',
  audience: 'inbox_readers',
  isInTimeline: false,
  isListed: true,
  changesAccess: false,
} as const
const call = {
  target: 'call',
  audience: 'inbox_readers',
  isInTimeline: false,
  isListed: true,
  changesAccess: false,
} as const
const unlisted = { isInTimeline: false, isListed: false, changesAccess: false } as const

/** Every type of event there is. What is true of a type is said here and nowhere else. */
export const catalogue = {
  inbound: message,
  outbound: message,
  out_reply: message,
  sending_error: message,
  assign: { target: 'teammate', ...entry },
  unassign: { target: 'teammate', ...entry },
  archive: { target: null, ...entry },
  reopen: { target: null, ...entry },
  trash: { target: null, ...entry },
  restore: { target: null, ...entry },
  prioritize: { target: null, ...entry, isListed: false },
  tag: { target: 'tag', ...entry },
  untag: { target: 'tag', ...entry },
  /** The target is the inbox that was left. */
  move: { target: 'inbox', audience: 'inbox_readers_and_left', ...unlisted, isListed: true },
  conversation_deleted: { target: 'inbox', audience: 'inbox_readers_and_left', ...unlisted },
  delivery: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** The target is the message into which another was merged. */
  message_united: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** An outbound message reached the customer. */
  message_delivered: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** The customer saw an outbound message. */
  message_seen: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** Who reacted to a message, and with what, is other than before. */
  reaction: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** What a message says is something else than before, or it is gone. */
  message_edited: { target: 'message', audience: 'inbox_readers', ...unlisted },
  message_removed: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** A change of a sent message was taken, refused, delayed, or is tried again (message-changes/). */
  message_change: { target: 'message', audience: 'inbox_readers', ...unlisted },
  /** Likewise of a conversation. */
  conversation_change: { target: null, audience: 'inbox_readers', ...unlisted },
  call_started: call,
  call_queued: call,
  call_ringing: { ...call, isListed: false },
  call_connected: call,
  call_on_hold: call,
  call_resumed: call,
  call_transferred: call,
  call_hangup: call,
  call_missed: call,
  call_abandoned: call,
  call_transcript_added: call,
  call_recording_added: { ...call, isListed: false },
  call_summary_added: { ...call, isListed: false },
  /** An agent or a time of it became known. */
  call_changed: { ...call, isListed: false },
  /** Of an inbox: messages that happened elsewhere were stored in it. They have no events of their own. */
  history_imported: { target: null, audience: 'inbox_readers', ...unlisted },
  read: { target: null, audience: 'actor', ...unlisted },
  channel: { target: null, audience: 'inbox_readers', ...unlisted },
  /** Of a channel. */
  message_template: { target: null, audience: 'inbox_readers', ...unlisted },
  /** A tag was made, changed or deleted; those of conversations that had it go with it. */
  tag_changed: { target: 'tag', audience: 'company', ...unlisted },
  /** A contact was made, changed or deleted; it does not say which, because not everybody sees each. */
  contact_changed: { target: null, audience: 'company', ...unlisted },
  /** Also published to teammates who lose the inbox. */
  inbox: { target: 'inbox', audience: 'inbox_readers_and_left', ...unlisted, changesAccess: true },
  teammate: { target: 'teammate', audience: 'company', ...unlisted, changesAccess: true },
} as const satisfies Record<string, EventKind>

export type EventType = keyof typeof catalogue

export const eventTypes = Object.keys(catalogue) as EventType[]

/** undefined for a type of a newer hub on this database, which this one does not publish. */
export function kindOf(type: string): EventKind | undefined {
  return type in catalogue ? catalogue[type as EventType] : undefined
}

/** The types of which something is true. */
export function typesWhere(isTrue: (kind: EventKind) => boolean): EventType[] {
  return eventTypes.filter((type) => isTrue(catalogue[type]))
}
