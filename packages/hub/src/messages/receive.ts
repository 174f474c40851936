import { type ContactType, messageUidOf, type Person, publicId, type RecipientRole } from '@portico/protocol'
import { visibleName } from '@portico/protocol/visible'
import type { Logger } from 'pino'
import { markInline } from '../attachments/queries.ts'
import { isShownInline } from '../attachments/sniff.ts'
import { type Converted, convertBody } from '../bodies/conversion.ts'
import type { BodyFormat } from '../bodies/convert.ts'
import { attachedPictures } from '../bodies/pictures.ts'
import { storedForms } from '../bodies/stored.ts'
import { normaliseHandle } from '../contacts/handle.ts'
import { HISTORY_AFTER_SECONDS } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ReceivedFile } from '../http/files.ts'
import type { ChannelAuth } from '../http/principal.ts'
import type { StoredContent } from '../rich-content/schema.ts'
import { blurbOfContent } from '../rich-content/stored.ts'
import { type Receipt, ReceiveBatch } from './receive-batch.ts'

/** The common input of `POST /channels/{id}/inbound_messages` and `/outbound_messages`, after the schema check. */
export interface Pushed {
  isInbound: boolean
  /** The sender of an inbound message; the recipients of an outbound one (at least one). */
  people: Person[]
  /** Of an inbound message whose other recipients are known: all of them. Absent: the channel. */
  recipients?: { handle: string; role: RecipientRole }[] | undefined
  senderName?: string | undefined
  authorId?: number | undefined
  subject?: string | undefined
  body: string
  /** Absent: it is recognised. */
  bodyFormat?: BodyFormat | undefined
  externalId: string
  externalConversationId: string
  referencedExternalId?: string | undefined
  /** They are stored already. */
  files?: ReceivedFile[] | undefined
  richContent?: StoredContent | undefined
  /** Seconds. */
  deliveredAt?: number | undefined
}

/** An element of the batch of receive_pushed_messages (receive.sql), without its index and its company's. */
export interface PushedMessage {
  company_id: number
  channel_id: number
  secret_id: number
  external_id: string
  external_conversation_id: string
  referenced_external_id?: string | undefined
  is_inbound: boolean
  source: ContactType
  handle: string
  name?: string | undefined
  email?: string | undefined
  sender_name?: string | undefined
  author_id?: number | undefined
  recipients?: { handle: string; name: string | null; role: RecipientRole }[] | undefined
  subject?: string | undefined
  body: string
  body_format: BodyFormat
  /** Absent when it is the body itself. */
  blurb?: string | undefined
  /** Numbers of its files. */
  attachments?: number[] | undefined
  rich_content?: StoredContent | undefined
  /** Seconds since 1970. */
  delivered_seconds?: number | undefined
  /** Whether it was delivered more than a minute ago by this process's clock. */
  is_old?: boolean | undefined
}

export interface ReceiveDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
  log: Pick<Logger, 'warn'>
  /** Called for a token that was found spent or expired when the message was stored. */
  tokenRefused?(auth: ChannelAuth, code: 'token_replayed' | 'token_expired'): void
}

export interface Receiver {
  /** Stores a message durably and returns its uid. Throws invalid_token, token_replayed, token_expired, StorageUnavailable. */
  receive(auth: ChannelAuth, pushed: Pushed): Promise<string>
  close(): Promise<void>
}

export function makeReceiver({ db, bus, log, tokenRefused }: ReceiveDeps): Receiver {
  const batch = new ReceiveBatch(db, (messages, results) => publishStored(bus, messages, results))
  return {
    async receive(auth, pushed) {
      const converted = await convertBody({ companyId: auth.companyId, body: pushed.body, declared: pushed.bodyFormat })
      await markPictures(db, auth.companyId, converted, pushed.files)
      const { outcome, message_id } = await batch.add({
        message: asMessage(auth, pushed, converted),
        forms: storedForms(converted),
        token: auth.isSingleUse ? { jti: auth.jti, exp: auth.expiresAt } : undefined,
      })
      if (outcome === 'channel_gone') throw new ApiError('invalid_token')
      if (outcome === 'token_replayed' || outcome === 'token_expired') {
        tokenRefused?.(auth, outcome)
        throw new ApiError(outcome)
      }
      if (outcome === 'repeated_differently') {
        const { companyId, channelId } = auth
        log.warn(
          { company_id: companyId, channel_id: channelId, message_id },
          'a repeated external_id came with another body',
        )
      }
      return messageUidOf(publicId('msg', auth.companyId, message_id))
    },
    close: () => batch.close(),
  }
}

/** Front has no field for it: a picture is inline where the HTML names its file, `<img src="cid:logo.png">`. */
async function markPictures(db: Database, companyId: number, { forms }: Converted, files: ReceivedFile[] = []) {
  if (files.length === 0 || !forms?.html) return
  const named = attachedPictures(forms.html)
  for (const { id, filename, sniffedType } of files) {
    if (named.has(filename) && isShownInline(sniffedType)) await markInline(db, companyId, id, filename)
  }
}

function publishStored(bus: ReceiveDeps['bus'], messages: PushedMessage[], results: (Receipt | Error)[]): void {
  const companies = new Set<number>()
  for (const [i, result] of results.entries()) {
    if (result instanceof Error || result.outcome !== 'stored') continue
    companies.add(messages[i]!.company_id)
  }
  for (const company of companies) bus.eventsCommitted(company)
}

function asMessage(auth: ChannelAuth, pushed: Pushed, converted: Converted): PushedMessage {
  const { body, people } = pushed
  const blurb = converted.blurb || blurbOfContent(pushed.richContent)
  const [first] = people
  if (!first) throw new Error('a pushed message has nobody on the other side')
  return {
    company_id: auth.companyId,
    channel_id: auth.channelId,
    secret_id: auth.secretId,
    external_id: pushed.externalId,
    external_conversation_id: pushed.externalConversationId,
    referenced_external_id: pushed.referencedExternalId,
    is_inbound: pushed.isInbound,
    source: auth.contactType,
    handle: normaliseHandle(auth.contactType, first.handle),
    name: visibleName(first.name),
    email: first.email ? normaliseHandle('email', first.email) || undefined : undefined,
    sender_name: visibleName(pushed.senderName),
    author_id: pushed.authorId,
    recipients:
      pushed.recipients?.map((recipient) => ({ ...recipient, name: null })) ?? recipientsOf(auth.contactType, people),
    subject: pushed.subject,
    body,
    body_format: converted.format,
    blurb: blurb === body ? undefined : blurb,
    attachments: pushed.files?.length ? pushed.files.map(({ id }) => id) : undefined,
    rich_content: pushed.richContent,
    delivered_seconds: pushed.deliveredAt,
    is_old:
      (pushed.deliveredAt !== undefined && pushed.deliveredAt < Date.now() / 1_000 - HISTORY_AFTER_SECONDS) ||
      undefined,
  }
}

/** Each once; undefined where that is one, who is the message's own. */
function recipientsOf(source: ContactType, people: Person[]): PushedMessage['recipients'] {
  const each = new Map<string, { handle: string; name: string | null; role: RecipientRole }>()
  for (const { handle: written, name } of people) {
    const handle = normaliseHandle(source, written)
    each.set(handle, each.get(handle) ?? { handle, name: visibleName(name) ?? null, role: 'to' })
  }
  return each.size > 1 ? [...each.values()] : undefined
}
