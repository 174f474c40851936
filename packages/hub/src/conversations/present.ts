import { publicId } from '@portico/protocol'
import { presentDelivery } from '../delivery-states/present.ts'
import type { Urls } from '../http/urls.ts'
import { teammateResource } from '../teammates/present.ts'
import { type ConversationAdditions, presentAdditions } from './additions.ts'
import type { ConversationRow } from './queries.ts'
import type { Conversation, GoneConversation } from './schema.ts'
import { readStatus } from './status.ts'

const seconds = (time: Date) => time.getTime() / 1000

/** The fields for a reader beyond the resource that everybody gets. */
export interface ConversationView {
  /** Channel tokens see the external ids of the conversation in `metadata`, and no name that the company gave. */
  isForChannel?: boolean
  /** Portico's own, for the inbox: whether this teammate has read it. */
  showsUnread?: boolean
}

export interface ConversationPresentation {
  urls: Urls
  additions: ConversationAdditions
}

/** The Conversation resource of Front's Core API, and Portico's: is_spam, unread, inbox_id, channel_id, last_message, undelivered; with what features add. */
export function conversationResource(
  row: ConversationRow,
  companyId: number,
  { urls, additions }: ConversationPresentation,
  view: ConversationView = {},
): Conversation {
  const id = publicId('cnv', companyId, row.id)
  const self = urls.of('conversations', id)
  return {
    _links: {
      self,
      related: {
        events: `${self}/events`,
        followers: `${self}/followers`,
        messages: `${self}/messages`,
        comments: `${self}/comments`,
        inboxes: `${self}/inboxes`,
        ...(row.last_message_id && {
          last_message: urls.of('messages', publicId('msg', companyId, row.last_message_id)),
        }),
      },
    },
    id,
    type: 'conversation',
    subject: row.subject ?? '',
    status: readStatus(row.status, row.assignee !== null),
    ticket_ids: [],
    assignee: row.assignee && teammateResource(row.assignee, companyId, urls),
    recipient: recipientOf(row, companyId, urls, view),
    links: [],
    custom_fields: {},
    created_at: seconds(row.created_at),
    updated_at: seconds(row.updated_at),
    ...(row.waiting_since && { waiting_since: seconds(row.waiting_since) }),
    is_private: false,
    scheduled_reminders: [],
    metadata: view.isForChannel ? { external_conversation_ids: row.external_ids ?? [] } : {},
    is_spam: row.status === 'spam',
    inbox_id: publicId('inb', companyId, row.inbox_id),
    channel_id: publicId('cha', companyId, row.channel_id),
    last_message: lastMessageOf(row, companyId),
    undelivered: row.undelivered,
    newest_inbound_id: newestInbound(row, companyId),
    ...(view.showsUnread && { unread: row.unread }),
    ...presentAdditions(additions, row.additions, companyId, urls),
  }
}

/** A conversation that is no longer visible to the reader, or permanently deleted: its id only. */
export function goneConversation(number: number, at: Date, companyId: number, urls: Urls): GoneConversation {
  const id = publicId('cnv', companyId, number)
  return {
    _links: { self: urls.of('conversations', id), related: {} },
    id,
    type: 'conversation',
    subject: '',
    status: 'deleted',
    ticket_ids: [],
    assignee: null,
    recipient: null,
    tags: [],
    links: [],
    custom_fields: {},
    created_at: seconds(at),
    updated_at: seconds(at),
    is_private: false,
    scheduled_reminders: [],
    metadata: {},
    inbox_id: null,
    channel_id: null,
    last_message: null,
    newest_inbound_id: null,
  }
}

function recipientOf(
  row: ConversationRow,
  companyId: number,
  urls: Urls,
  { isForChannel }: ConversationView,
): Conversation['recipient'] {
  if (row.recipient_handle === null) return null
  const contact = row.contact_id ? urls.of('contacts', publicId('crd', companyId, row.contact_id)) : null
  return {
    _links: { related: { contact } },
    name: (isForChannel ? null : row.given_name) ?? row.recipient_name,
    handle: row.recipient_handle,
    role: 'from',
  }
}

function newestInbound(row: ConversationRow, companyId: number): string | null {
  const { last_inbound_id: message, last_missed_call: missed } = row
  if (missed > message) return publicId('cal', companyId, missed)
  return message > 0 ? publicId('msg', companyId, message) : null
}

function lastMessageOf(row: ConversationRow, companyId: number): Conversation['last_message'] {
  if (row.last_message_id === null) return null
  return {
    id: publicId('msg', companyId, row.last_message_id),
    blurb: row.last_message_blurb,
    files: row.last_message_files,
    is_removed: row.last_message_is_removed,
    is_inbound: row.last_message_is_inbound,
    created_at: seconds(row.last_written_at ?? row.last_message_at),
    delivery: row.delivery && presentDelivery(row.delivery, companyId),
  }
}
