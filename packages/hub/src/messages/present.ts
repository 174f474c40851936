import { type MessageMetadata, publicId } from '@portico/protocol'
import { presentDelivery } from '../delivery-states/present.ts'
import type { Urls } from '../http/urls.ts'
import { fallbackOf } from '../rich-content/stored.ts'
import { messagePayload } from './payload.ts'
import type { ChangeRow, MessageRow } from './queries.ts'
import { presentReactions } from './reactions.ts'
import type { Message, MessageChange } from './schema.ts'

/** The fields for a reader beyond the resource that everybody gets. */
export interface MessageView {
  /** Channel tokens see the channel's own ids in `metadata`. */
  showsExternalIds?: boolean
  /** Our additions (`delivery`, `error_message`, `render` …), for the inbox and integrations; never on the wire to channels. */
  showsAdditions?: boolean
}

/** The Message resource of Front's Core API: the fields of the wire, and our additions. */
export function messageResource(row: MessageRow, companyId: number, urls: Urls, view: MessageView = {}): Message {
  const payload = messagePayload(view.showsAdditions ? apart(row) : row, companyId, urls)
  return {
    ...payload,
    metadata: metadataOf(payload.metadata, row, view),
    ...(view.showsAdditions && {
      delivery: row.delivery && presentDelivery(row.delivery, companyId),
      error_message: row.error_message,
      sender_name: row.sender_name,
      channel_id: publicId('cha', companyId, row.channel_id),
      render: renderingOf(row, payload.id),
      delivered_at: row.delivered_at,
      seen_at: row.seen_at,
      quoted: quotedOf(row, companyId),
      reactions: presentReactions(row.reactions, companyId),
      ...versionsOf(row, companyId),
      changes: (row.changes ?? []).map(presentChange),
      fallback: row.rich_content ? fallbackOf(row.rich_content) : null,
      pressed: row.pressed && {
        message_id: publicId('msg', companyId, row.pressed.message_id),
        title: row.pressed.title,
      },
    }),
  }
}

/** Readers of the additions have its fallback beside it: their text is what was written, with everything that was asked for. */
function apart(row: MessageRow): MessageRow {
  return row.rich_content ? { ...row, rich_content: { ...row.rich_content, as_text: undefined } } : row
}

/** A message that answers none says null of it on the wire, and nothing here. */
function metadataOf(
  { external_id, headers, ...metadata }: MessageMetadata,
  { custom_headers }: MessageRow,
  view: MessageView,
): Message['metadata'] {
  const { in_reply_to = null } = headers ?? {}
  return {
    ...(view.showsExternalIds && external_id !== undefined && { external_id }),
    headers: { ...custom_headers, ...(in_reply_to !== null && { in_reply_to }) },
    ...metadata,
  }
}

function versionsOf({ newest_version, edited_at, edited_text, removed_at, removed_by }: MessageRow, companyId: number) {
  const by = removed_by === null ? 'channel' : removed_by === 0 ? 'api' : 'teammate'
  const teammate_id = removed_by ? publicId('tea', companyId, removed_by) : null
  const removed: Message['removed'] = removed_at === null ? null : { at: removed_at, by, teammate_id }
  return { newest_version, edited_at, edited_text, removed }
}

function presentChange({ error_code, error_message, ...change }: ChangeRow): MessageChange {
  return { ...change, error: error_code === null ? null : { code: error_code, message: error_message ?? '' } }
}

/** The message that this one answers, by the channel's report, if it is in the same conversation. */
function quotedOf({ quoted }: MessageRow, companyId: number): Message['quoted'] {
  if (!quoted?.id) return quoted && { message_id: null }
  const { id, is_inbound, name, blurb, is_removed = false } = quoted
  return {
    message_id: publicId('msg', companyId, id),
    is_inbound: is_inbound ?? false,
    name,
    blurb: blurb ?? '',
    is_removed,
  }
}

/** Null for plain text, which a page shows as it is. */
function renderingOf({ shown, inline_html }: MessageRow, id: string): Message['render'] {
  if (shown === null) return null
  if (shown === 'frame') return { kind: 'frame', url: `/messages/${id}/frame` }
  return inline_html === null ? { kind: 'text' } : { kind: 'inline', html: inline_html }
}

/** The approximate size of a message in a response, in bytes. */
export function weightOf({ body, text, render, reactions = [] }: Message): number {
  const html = render?.kind === 'inline' ? render.html : ''
  const people = reactions.reduce((sum, reaction) => sum + reaction.people.length, 0)
  return [body, text, html].reduce((sum, part) => sum + Buffer.byteLength(part), 1_000 + people * 100)
}
