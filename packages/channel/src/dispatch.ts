import type {
  AuthorizationAnswer,
  AutoreplyPayload,
  ConversationReference,
  ConversationStatusRequest,
  ListAddressesAnswer,
  MessageAnswer,
  MessageChangeReference,
  MessageDeletedRequest,
  MessagePayload,
  ReactionRequest,
  TypingRequest,
} from '@portico/protocol/wire'
import { ChannelError } from './channel-error.ts'
import type { Download } from './files.ts'
import type { Authorization, ChannelHandlers } from './handlers.ts'

/** The body of a verified request whose type has not been checked yet. */
export interface RequestBody {
  type?: unknown
  payload?: { channel_id?: unknown } & Record<string, unknown>
  metadata?: unknown
}

/** Calls the handler of a request and makes its answer; null for a type that nobody handles. */
export async function dispatch(
  body: RequestBody,
  request: Request,
  handlers: ChannelHandlers,
  downloadFor: (channelId: string) => Download,
): Promise<AuthorizationAnswer | ListAddressesAnswer | MessageAnswer | null> {
  const incoming = { request, credential: credentialOf(request) }
  switch (body.type) {
    case 'authorization':
      return authorize({ ...incoming, channelId: namedIn(body), address: textIn(body, 'address') }, handlers)
    case 'delete':
      await handlers.onDelete({ ...incoming, channelId: namedIn(body) })
      return { type: 'success' }
    case 'message':
      return {
        type: 'success',
        ...(await handlers.onMessage({ ...incoming, ...messageIn(body, request, downloadFor) })),
      }
    case 'message_imported':
      await handlers.onImported?.({ ...incoming, ...messageIn(body, request, downloadFor) })
      return { type: 'success' }
    case 'message_edited':
      if (!handlers.onMessageEdited) return null
      await handlers.onMessageEdited({ ...incoming, ...changeIn(body, messageIn(body, request, downloadFor)) })
      return { type: 'success' }
    case 'message_deleted': {
      if (!handlers.onMessageDeleted) return null
      const { download: _, ...deleted } = messageIn<MessageDeletedRequest['payload']>(body, request, downloadFor)
      await handlers.onMessageDeleted({ ...incoming, ...changeIn(body, deleted) })
      return { type: 'success' }
    }
    case 'list_addresses':
      if (!handlers.onListAddresses) return null
      return {
        type: 'success',
        ...(await handlers.onListAddresses({ ...incoming, pageToken: textIn(body, 'page_token') })),
      }
    case 'message_autoreply':
      if (!handlers.onAutoreply) return null
      return {
        type: 'success',
        ...(await handlers.onAutoreply({ ...incoming, ...messageIn<AutoreplyPayload>(body, request, downloadFor) })),
      }
    case 'typing':
      return told(handlers.onTyping, { ...incoming, ...aboutConversation<TypingRequest>(body, request) })
    case 'reaction':
      return told(handlers.onReaction, { ...incoming, ...aboutConversation<ReactionRequest>(body, request) })
    case 'conversation_status':
      return told(handlers.onConversationStatus, {
        ...incoming,
        ...aboutConversation<ConversationStatusRequest>(body, request),
      })
    default:
      return null
  }
}

/**
 * The webhook URL that is answered names the channel, because a `message` does not: each channel has its own URL, and the
 * hub calls it byte for byte.
 */
async function authorize(incoming: Authorization, handlers: ChannelHandlers): Promise<AuthorizationAnswer> {
  const answer = await handlers.onAuthorize(incoming)
  const webhook = new URL(answer?.webhook_url ?? '', incoming.request.url)
  webhook.searchParams.set('channel_id', incoming.channelId)
  return { type: 'success', webhook_url: webhook.href }
}

/** Calls a handler that answers nothing; null when there is none. */
async function told<Told>(handler: ((told: Told) => unknown) | undefined, told: Told): Promise<MessageAnswer | null> {
  if (!handler) return null
  await handler(told)
  return { type: 'success' }
}

function textIn({ payload }: RequestBody, name: 'address' | 'page_token'): string | null {
  const value = payload?.[name]
  return typeof value === 'string' && value !== '' ? value : null
}

function namedIn({ payload }: RequestBody): string {
  const channelId = payload?.channel_id
  if (typeof channelId !== 'string' || channelId === '')
    throw new ChannelError('bad_request', 'payload.channel_id is missing.')
  return channelId
}

function messageIn<Payload = MessagePayload>(
  body: RequestBody,
  request: Request,
  downloadFor: (channelId: string) => Download,
) {
  const about = aboutConversation<{ payload: Payload; metadata: ConversationReference }>(body, request)
  return { ...about, download: downloadFor(about.channelId) }
}

function aboutConversation<About extends { payload: unknown; metadata: ConversationReference }>(
  { payload, metadata }: RequestBody,
  request: Request,
) {
  const channelId = new URL(request.url).searchParams.get('channel_id')
  if (!channelId)
    throw new ChannelError('bad_request', 'This webhook URL names no channel. Delete the channel and add it again.')
  if (!payload) throw new ChannelError('bad_request', 'payload is missing.')
  return { channelId, payload: payload as About['payload'], metadata: referenceIn(metadata) as About['metadata'] }
}

/** With the reference of a change, which has the version and your id of the message. */
function changeIn<Parts extends { metadata: ConversationReference }>(body: RequestBody, parts: Parts) {
  return { ...parts, metadata: { ...(body.metadata as MessageChangeReference), ...parts.metadata } }
}

/** Older hosts send a single conversation id, or none. */
function referenceIn(metadata: unknown): ConversationReference {
  const { external_conversation_ids: ids, external_conversation_id: id } = (metadata ??
    {}) as Partial<ConversationReference>
  if (Array.isArray(ids)) return { ...(metadata as ConversationReference) }
  return { ...(metadata as object), external_conversation_ids: id === undefined ? [] : [id] }
}

function credentialOf(request: Request): string | null {
  return /^bearer +(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null
}
