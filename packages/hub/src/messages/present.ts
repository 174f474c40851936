import { messageUid, publicId } from '@portico/protocol'
import { presentDelivery } from '../deliveries/present.ts'
import type { Urls } from '../http/urls.ts'
import { teammateResource } from '../teammates/present.ts'
import { bodyAsHtml, bodyAsText } from './body.ts'
import type { MessageRow, Recipient } from './queries.ts'
import { renderHtml } from './render.ts'

/** What a reader is shown beyond the resource that everybody gets. */
export interface MessageView {
  /** Channel tokens see the channel's own ids in `metadata` (dossier 3.2). */
  showsExternalIds?: boolean
  /** Our additions (`delivery`, `error_message`, `render` …), for the inbox and integrations; never on the wire to channels. */
  showsAdditions?: boolean
}

/** The Message resource of Front's Core API, keys in the order of the wire (dossier 3.2). */
export function messageResource(row: MessageRow, companyId: number, urls: Urls, view: MessageView = {}) {
  const id = publicId('msg', companyId, row.id)
  return {
    _links: {
      self: urls.of('messages', id),
      related: {
        conversation: urls.of('conversations', publicId('cnv', companyId, row.conversation_id)),
        ...(row.replied_to_id && {
          message_replied_to: urls.of('messages', publicId('msg', companyId, row.replied_to_id)),
        }),
        message_seen: `${urls.of('messages', id)}/seen`,
      },
    },
    id,
    message_uid: messageUid(parseInt(id.slice(4), 36)),
    type: 'custom',
    is_inbound: row.is_inbound,
    // when it was written: what a channel imports from long ago says so
    created_at: Math.floor(row.sort_us / 1_000) / 1_000,
    blurb: row.blurb,
    body: bodyAsHtml(row.body, row.body_format),
    text: bodyAsText(row.body, row.body_format),
    error_type: row.error_type,
    version: null,
    subject: row.subject,
    draft_mode: null,
    metadata: {
      ...(view.showsExternalIds && row.external_id !== null && { external_id: row.external_id }),
      headers: { in_reply_to: row.in_reply_to },
    },
    author: row.author && teammateResource(row.author, companyId, urls),
    recipients: recipientsOf(row, companyId, urls),
    attachments: [],
    signature: null,
    is_draft: false,
    ...(view.showsAdditions && {
      delivery: row.delivery && presentDelivery(row.delivery, companyId),
      error_message: row.error_message,
      sender_name: row.sender_name,
      channel_id: publicId('cha', companyId, row.channel_id),
      render: renderingOf(row, id),
    }),
  }
}

function recipientsOf(row: MessageRow, companyId: number, urls: Urls) {
  const contact = { handle: row.handle, name: row.name, contact_id: row.contact_id }
  const company = { handle: row.channel_address, name: row.sender_name, contact_id: null }
  const others: Recipient[] = row.recipients ?? [contact]
  const people = row.is_inbound
    ? [
        { ...contact, role: 'from' },
        { ...company, name: null, role: 'to' },
      ]
    : [{ ...company, role: 'from' }, ...others.map((one) => ({ ...one, role: one.role ?? 'to' }))]
  return people.map((one) => ({
    _links: {
      related: { contact: one.contact_id ? urls.of('contacts', publicId('crd', companyId, one.contact_id)) : null },
    },
    name: one.name ?? null,
    handle: one.handle,
    role: one.role,
  }))
}

/** Null for plain text, which a page shows as it is. */
function renderingOf(row: MessageRow, id: string) {
  if (row.body_format === 'text') return null
  const rendering = renderHtml(row.body)
  return rendering.kind === 'frame' ? { kind: 'frame' as const, url: `/messages/${id}/frame` } : rendering
}
