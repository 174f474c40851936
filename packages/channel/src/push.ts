import { issueChannelToken } from '@portico/protocol/web'
import type {
  Accepted,
  ApplicationMessageTemplate,
  ApplicationMessageTemplateChange,
  InboundMessage,
  MessageStatus,
  PushedOutboundMessage,
  ReportedDeletion,
  ReportedEdit,
  ReportedReactions,
  SyncedTemplate,
  TypingReport,
} from '@portico/protocol/wire'
import { call, type HubCall } from './call-hub.ts'
import { type ChannelCalls, callsOf } from './calls.ts'
import { type Download, downloadFrom, formOf } from './files.ts'
import type { PushOptions } from './push-options.ts'

/**
 * A message that had been accepted, and then failed.
 *
 * @example
 * const bounced: FailedMessage = { external_id: 'sms-55102', external_conversation_id: '+33612345678', reason: 'Unreachable' }
 */
export interface FailedMessage {
  /** The id that `onMessage` returned for it, or that it was pushed with. */
  external_id: string
  external_conversation_id: string
  /** The reason, as a message for the teammate. */
  reason?: string
}

/**
 * One person's complete set of reactions to a message.
 *
 * @example
 * const reaction: PersonsReactions = { external_id: 'm-20441', external_conversation_id: 'visitor-8841', sender, emojis: ['👍'] }
 */
export interface PersonsReactions extends ReportedReactions {
  /** The id of the message, as you pushed it or as `onMessage` returned it. */
  external_id: string
  external_conversation_id: string
}

/**
 * A message that was edited on your side.
 *
 * @example
 * const corrected: MessageEdit = { external_id: 'm-20441', external_conversation_id: 'visitor-8841', body: 'Where are my parcels?' }
 */
export interface MessageEdit extends ReportedEdit {
  /** The id of the message, as you pushed it or as `onMessage` returned it. */
  external_id: string
  external_conversation_id: string
}

/**
 * A message that was removed on your side.
 *
 * @example
 * const takenBack: MessageDeletion = { external_id: 'm-20441', external_conversation_id: 'visitor-8841' }
 */
export interface MessageDeletion extends ReportedDeletion {
  /** The id of the message, as you pushed it or as `onMessage` returned it. */
  external_id: string
  external_conversation_id: string
}

/**
 * A message that reached the customer, or was read.
 *
 * @example
 * const arrived: DeliveryReceipt = { external_id: 'sms-55102', external_conversation_id: '+33612345678', occurred_at: 1767225600 }
 */
export interface DeliveryReceipt {
  /** The id that `onMessage` returned for it, or that it was pushed with. */
  external_id: string
  external_conversation_id: string
  /** Seconds; now by default. */
  occurred_at?: number
  /** Also those before it in its conversation: some networks report only how far the customer has come. */
  and_earlier?: boolean
}

/**
 * Options of a message that is pushed.
 *
 * @example
 * await channel.receive(message, { files: [new File([bytes], 'label.pdf', { type: 'application/pdf' })] })
 */
export interface MessageOptions extends PushOptions {
  /** Its files: 25 MB in all, at most 10. With one the body may be empty. */
  files?: readonly File[]
}

/**
 * A connected channel. A push is repeated after 408, 425, 429, 5xx, network failures and responses that are not the hub's (a proxy's), with the same bytes,
 * so that the same `external_id` is stored once.
 */
export interface ConnectedChannel {
  /**
   * A customer wrote. Resolves when the message is stored, durably. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').receive({
   *   sender: { handle: 'visitor-8841', name: 'Ivo' },
   *   body: 'Where is my parcel?',
   *   metadata: { external_id: 'm-20441', external_conversation_id: 'visitor-8841' },
   * })
   */
  receive(message: InboundMessage, options?: MessageOptions): Promise<Accepted>
  /**
   * Your side wrote to the customer without the inbox: store the message in the conversation's history. The hub does not send it
   * again. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').sent({
   *   to: [{ handle: 'visitor-8841' }],
   *   sender_name: 'Acme bot',
   *   body: 'Your code is 1234',
   *   metadata: { external_id: 'm-20442', external_conversation_id: 'visitor-8841' },
   * })
   */
  sent(message: PushedOutboundMessage, options?: MessageOptions): Promise<Accepted>
  /**
   * A message that you had accepted did not reach the customer after all. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').failed({
   *   external_id: 'sms-55102',
   *   external_conversation_id: '+33612345678',
   *   reason: 'Number unreachable',
   * })
   */
  failed(message: FailedMessage, options?: PushOptions): Promise<void>
  /**
   * A message says something else now: the customer edited it, or your side did elsewhere. An older edit than the one that is shown changes
   * nothing, by `occurred_at`. Your channel type has the capability `edits`. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').edited({
   *   external_id: 'm-20441',
   *   external_conversation_id: 'visitor-8841',
   *   body: 'Where are my parcels?',
   * })
   */
  edited(edit: MessageEdit, options?: PushOptions): Promise<void>
  /**
   * A message was removed: by the customer, or on your side elsewhere. Your channel type has the capability `deletions`. Throws
   * HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').removed({ external_id: 'm-20441', external_conversation_id: 'visitor-8841' })
   */
  removed(deletion: MessageDeletion, options?: PushOptions): Promise<void>
  /**
   * A message reached the customer. Your channel type has the capability `receipts`. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').delivered({ external_id: 'sms-55102', external_conversation_id: '+33612345678' })
   */
  delivered(message: DeliveryReceipt, options?: PushOptions): Promise<void>
  /**
   * The customer has read a message. Your channel type has the capability `receipts`. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').read({ external_id: 'wamid.7', external_conversation_id: '+33612345678', and_earlier: true })
   */
  read(message: DeliveryReceipt, options?: PushOptions): Promise<void>
  /**
   * Somebody reacted to a message, or took it back: `emojis` is all that they have on it now, none included. Without a `sender` the
   * reaction is your side's. Your channel type has the capability `reactions`. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').reacted({
   *   external_id: 'm-20441',
   *   external_conversation_id: 'visitor-8841',
   *   sender: { handle: 'visitor-8841', name: 'Ivo' },
   *   emojis: ['👍'],
   * })
   */
  reacted(reactions: PersonsReactions, options?: PushOptions): Promise<void>
  /**
   * The customer is typing, or has stopped. Teammates see it for 6 seconds; report it again every 3 seconds. It is tried once: a lost
   * report expires by itself. Your channel type has the capability `typing`. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').typing({
   *   sender: { handle: 'visitor-8841', name: 'Ivo' },
   *   is_typing: true,
   *   metadata: { external_conversation_id: 'visitor-8841' },
   * })
   */
  typing(report: TypingReport, options?: PushOptions): Promise<void>
  /**
   * Reads the bytes of an attachment as they come, with a token of the channel: from the hub alone, and no redirect gets the token.
   * Throws HubRefusal, HubUnavailable, and TypeError for a URL of another host.
   *
   * @example
   * const bytes = await chat.channel('cha_1a2b').download(payload.attachments[0])
   */
  download: Download
  /** The telephone calls of the channel. */
  calls: ChannelCalls
  /**
   * A message template of your service, made or replaced by its `external_id`: teammates send it when it is APPROVED. The same one
   * synced again changes nothing. Your channel type has message templates switched on. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').syncTemplate({
   *   external_id: 'order_update:en',
   *   name: 'Order update',
   *   blurb: 'Hello {{1}}, your order has left our house.',
   *   is_disabled: false,
   *   status_name: 'APPROVED',
   *   variable_mappings: [{ uid: '1', type: 'text', name: 'first_name' }],
   *   template_preview: '<p>Hello {{1}}, your order has left our house.</p>',
   * })
   */
  syncTemplate(template: ApplicationMessageTemplate, options?: PushOptions): Promise<SyncedTemplate>
  /**
   * Something of a synced template changed: absent fields stay. Throws HubRefusal, HubUnavailable.
   *
   * @example
   * await chat.channel('cha_1a2b').updateTemplate('order_update:en', { status_name: 'REJECTED' })
   */
  updateTemplate(
    externalId: string,
    change: ApplicationMessageTemplateChange,
    options?: PushOptions,
  ): Promise<SyncedTemplate>
}

export interface Connection {
  hub: string
  uid: string
  channelId: string
  keys: Promise<readonly CryptoKey[]>
  retryForMs: number
}

export function connectedChannel({ hub, uid, channelId, keys, retryForMs }: Connection): ConnectedChannel {
  const base = `${hub.replace(/\/+$/, '')}/channels/${encodeURIComponent(channelId)}`
  const token = async () => {
    const [secret] = await keys
    return issueChannelToken({ secret: secret as CryptoKey, uid, channelId })
  }
  const pushAs =
    (isAccepted: HubCall['isAccepted'], retryFor = retryForMs) =>
    (method: HubCall['method'], path: string, given: object, { signal }: PushOptions = {}) => {
      const body = given instanceof FormData ? given : JSON.stringify(given)
      const url = `${base}/${path}`
      return call({ method, url, body, token, retryForMs: retryFor, isAccepted, ...(signal && { signal }) })
    }
  const push = pushAs(isAcceptedMessage)
  const pushChange = pushAs((answer) => answer !== null)
  const put = (path: string, body: object, options?: PushOptions) => pushChange('PUT', path, body, options)
  const receipt = async (
    status: 'delivered' | 'read',
    { external_conversation_id, external_id, ...more }: DeliveryReceipt,
    options?: PushOptions,
  ) => {
    const body: MessageStatus = { status, ...more }
    await put(`${messagePath(external_conversation_id, external_id)}/status`, body, options)
  }
  const templates = 'application_message_templates'
  const pushTemplate = pushAs(isSyncedTemplate)
  return {
    receive: async (message, options) =>
      (await push('POST', 'inbound_messages', withFiles(message, options), options)) as Accepted,
    sent: async (message, options) =>
      (await push('POST', 'outbound_messages', withFiles(message, options), options)) as Accepted,
    async failed({ external_conversation_id, external_id, reason }, options) {
      const status: MessageStatus = { status: 'failed', ...(reason !== undefined && { reason }) }
      await put(`${messagePath(external_conversation_id, external_id)}/status`, status, options)
    },
    async edited({ external_conversation_id, external_id, ...edit }, options) {
      await pushChange('PATCH', messagePath(external_conversation_id, external_id), edit, options)
    },
    async removed({ external_conversation_id, external_id, ...deletion }, options) {
      await pushChange('DELETE', messagePath(external_conversation_id, external_id), deletion, options)
    },
    delivered: (message, options) => receipt('delivered', message, options),
    read: (message, options) => receipt('read', message, options),
    async reacted({ external_conversation_id, external_id, ...reactions }, options) {
      await put(`${messagePath(external_conversation_id, external_id)}/reactions`, reactions, options)
    },
    typing: async (report, options) => void (await pushAs(isAccepted, 0)('POST', 'typing', report, options)),
    syncTemplate: async (template, options) =>
      (await pushTemplate('PUT', templates, template, options)) as SyncedTemplate,
    async updateTemplate(externalId, change, options) {
      const path = `${templates}/${encodeURIComponent(externalId)}`
      return (await pushTemplate('PATCH', path, change, options)) as SyncedTemplate
    },
    download: downloadFrom(hub, token),
    calls: callsOf(pushAs(isAccepted)),
  }
}

function messagePath(conversation: string, message: string): string {
  return `conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}`
}

function isAcceptedMessage(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'message_uid' in answer
}

function isAccepted(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'accepted'
}

function isSyncedTemplate(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'template_id' in answer
}

function withFiles(message: object, { files = [] }: MessageOptions = {}): object {
  return files.length === 0 ? message : formOf(message, files)
}
