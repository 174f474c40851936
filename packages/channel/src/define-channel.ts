import { importSecret } from '@portico/protocol/web'
import { answerRequest } from './answer-request.ts'
import type { Download } from './files.ts'
import type { ChannelHandlers } from './handlers.ts'
import { type ConnectedChannel, connectedChannel } from './push.ts'

/**
 * The parts of a channel type's server.
 *
 * @example
 * const rotating: Partial<ChannelDefinition> = { secret: [newSecret, oldSecret], retryForMs: 0, onError: report }
 */
export interface ChannelDefinition extends ChannelHandlers {
  /** The App UID of your channel type: `app_…`. */
  id: string
  /**
   * The secret of the channel type. During a rotation both: the first signs your pushes, either may have signed the hub's
   * requests.
   */
  secret: string | readonly [string, ...string[]]
  /** The hub's base URL, needed for `channel(…)`: `https://inbox.acme.example`. */
  hub?: string
  /** The time in which `receive`, `sent` and `failed` are retried, in milliseconds: 2 minutes by default, 0 for one attempt. */
  retryForMs?: number
  /** Called with every exception of a handler that is not a ChannelError. Writes it to the console by default. */
  onError?: (error: unknown) => unknown
}

/**
 * The server that `defineChannel` makes: `fetch` answers the hub, `channel` calls it.
 *
 * @example
 * const response = await chat.fetch(request)
 * await chat.channel('cha_1a2b').receive(message)
 */
export interface ChannelServer {
  /** Answers a request of the hub. Never throws. */
  fetch(request: Request): Promise<Response>
  /** A connected channel, to push messages into the inbox. */
  channel(channelId: string): ConnectedChannel
}

/**
 * A channel type's server: verifies what the hub sends, hands it to your handlers, and pushes messages to the hub.
 *
 * @example
 * const chat = defineChannel({
 *   id: process.env.PORTICO_APP_UID,
 *   secret: process.env.PORTICO_APP_SECRET,
 *   hub: process.env.PORTICO_URL,
 *   onAuthorize({ credential }) {
 *     if (credential !== 'letmein') throw new ChannelError('authentication_required', 'This token is not known here.')
 *   },
 *   async onMessage({ payload, metadata }) {
 *     const [conversation] = metadata.external_conversation_ids
 *     return { external_id: await show(conversation, payload.text), external_conversation_id: conversation }
 *   },
 *   onDelete({ channelId }) {
 *     forget(channelId)
 *   },
 * })
 *
 * export default chat // Deno, Bun, Cloudflare Workers: anything that serves `fetch`
 */
export function defineChannel(definition: ChannelDefinition): ChannelServer {
  const { id, hub, retryForMs = 120_000, onError = console.error, ...handlers } = definition
  const secrets = [definition.secret].flat()
  if (!id) throw new TypeError('defineChannel needs the id of the channel type (its App UID).')
  if (secrets.length === 0 || secrets.some((secret) => typeof secret !== 'string' || secret === ''))
    throw new TypeError('defineChannel needs the secret of the channel type.')
  const keys = Promise.all(secrets.map(importSecret))
  const channel = (channelId: string) => {
    if (!hub)
      throw new TypeError('defineChannel needs `hub`, the base URL of the hub, to push messages and to download files.')
    return connectedChannel({ hub, uid: id, channelId, keys, retryForMs })
  }
  const downloadFor =
    (channelId: string): Download =>
    async (attachment, options) =>
      channel(channelId).download(attachment, options)
  return {
    channel,
    fetch: async (request) => answerRequest(request, { keys: await keys, handlers, onError, downloadFor }),
  }
}
