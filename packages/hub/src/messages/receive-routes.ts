import type * as wire from '@portico/protocol'
import { Accepted, InboundMessage, MessageStatus, PushedOutboundMessage } from '@portico/protocol/schemas'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { requireChannelAuth } from '../channels/access.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ReceivedFile } from '../http/files.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { contentOfPush, lenientMetadata } from '../rich-content/pushed.ts'
import type { StoredContent } from '../rich-content/schema.ts'
import { findTeammateByIdOrAlias } from '../teammates/queries.ts'
import { filesOfMessages, requireContent } from './files.ts'
import type { Pushed, Receiver } from './receive.ts'
import { reportFailure } from './receive-failure.ts'
import { reportReceipt } from './receive-receipt.ts'
import { ReportParams, reportedAt } from './reports.ts'

const InboundBody = Type.Object({
  ...InboundMessage.properties,
  metadata: lenientMetadata(InboundMessage.properties.metadata.properties),
})
type InboundBody = Static<typeof InboundBody>

const OutboundBody = Type.Object({
  ...PushedOutboundMessage.properties,
  metadata: lenientMetadata(PushedOutboundMessage.properties.metadata.properties),
})
type OutboundBody = Static<typeof OutboundBody>

export interface ReceiveRoutesDeps {
  db: Database
  bus: Bus
  receiver: Pick<Receiver, 'receive'>
}

const tags = ['Channel API']
const ChannelParams = Type.Object({ channel_id: Type.String() })

/** The push routes of channel servers, with a channel token for the channel in the path. */
export function receiveRoutes(app: App, deps: ReceiveRoutesDeps): void {
  inboundRoute(app, deps)
  outboundRoute(app, deps)
  statusRoute(app, deps)
}

function inboundRoute(app: App, { receiver }: ReceiveRoutesDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/inbound_messages',
    config: { access: ['channel'], checksChannelItself: true, commitsInGroups: true, takesFiles: filesOfMessages },
    schema: {
      tags,
      operationId: 'sync-inbound-message',
      summary: 'A customer wrote: store it, once, durably, before the answer',
      params: ChannelParams,
      body: InboundBody,
      response: { 202: Accepted },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      const { body } = request
      reply.code(202)
      const richContent = contentOfPush(auth, body.metadata, true)
      const pushed = { ...common(body, request.files, richContent), isInbound: true, people: [body.sender] }
      return accepted(await receiver.receive(auth, pushed))
    },
  })
}

function outboundRoute(app: App, { db, receiver }: ReceiveRoutesDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/outbound_messages',
    config: { access: ['channel'], checksChannelItself: true, commitsInGroups: true, takesFiles: filesOfMessages },
    schema: {
      tags,
      operationId: 'sync-outbound-message',
      summary: 'A message left outside Portico: history, which the channel is not called for',
      params: ChannelParams,
      body: OutboundBody,
      response: { 202: Accepted },
    },
    handler: async (request, reply) => {
      const auth = requireChannelAuth(request, request.params.channel_id)
      const { body } = request
      const pushed: Pushed = {
        ...common(body, request.files, contentOfPush(auth, body.metadata, false)),
        isInbound: false,
        people: [body.to].flat(),
        senderName: body.sender_name ?? undefined,
        authorId: await authorOf(db, request, body.author_id),
      }
      reply.code(202)
      return accepted(await receiver.receive(auth, pushed))
    },
  })
}

function statusRoute(app: App, { db, bus }: ReceiveRoutesDeps): void {
  app.route({
    method: 'PUT',
    url: '/channels/:channel_id/conversations/:conversation_external_id/messages/:message_external_id/status',
    config: { access: ['channel'] },
    schema: {
      tags,
      operationId: 'update-external-message-status',
      summary: 'An outbound message that was accepted was delivered, was read, or has failed after all',
      params: ReportParams,
      body: MessageStatus,
    },
    handler: async (request, reply) => {
      const { channel_id, conversation_external_id, message_external_id } = request.params
      const auth = requireChannelAuth(request, channel_id)
      const { status, reason, occurred_at, and_earlier } = fieldsOf(request.body)
      const ids = { externalConversationId: conversation_external_id, externalId: message_external_id }
      if (status === 'failed') await reportFailure({ db, bus }, auth, { ...ids, reason: reason ?? undefined })
      else {
        const receipt = { ...ids, status, andEarlier: and_earlier ?? false, at: reportedAt(occurred_at) }
        await reportReceipt({ db, bus }, auth, receipt)
      }
      return reply.code(204).send()
    },
  })
}

/** Throws unsupported_field for a field of another status. */
function fieldsOf(status: wire.MessageStatus): wire.MessageStatus {
  const others = status.status === 'failed' ? (['occurred_at', 'and_earlier'] as const) : (['reason'] as const)
  const foreign = others.filter((name) => status[name] != null)
  if (foreign.length === 0) return status
  const details = foreign.map((name) => `body.${name}: is not for the status ${status.status}`)
  throw new ApiError('unsupported_field', undefined, details)
}

function accepted(messageUid: string): wire.Accepted {
  return { status: 'accepted', message_uid: messageUid }
}

const DAY = 86_400

function common(body: InboundBody | OutboundBody, files: ReceivedFile[], richContent?: StoredContent | undefined) {
  if (!richContent) requireContent(body.body, files.length)
  const { external_id, external_conversation_id, referenced_message_external_id } = body.metadata
  if (body.delivered_at && body.delivered_at > Date.now() / 1000 + DAY) {
    throw new ApiError('invalid_body', undefined, ['body.delivered_at: is more than a day ahead; it counts seconds'])
  }
  return {
    externalId: external_id,
    externalConversationId: external_conversation_id,
    referencedExternalId: referenced_message_external_id ?? undefined,
    subject: body.subject ?? undefined,
    ...wordsOf(body.body, richContent),
    richContent,
    deliveredAt: body.delivered_at ?? undefined,
    files,
  }
}

/** A press without words says what stood on the button. */
function wordsOf(body: string, content: StoredContent | undefined): Pick<Pushed, 'body' | 'bodyFormat'> {
  const pressed = content?.pressed_button
  return pressed && !/\S/.test(body) ? { body: pressed.title ?? pressed.id, bodyFormat: 'text' } : { body }
}

async function authorOf(db: Database, request: FastifyRequest, asked: string | null | undefined) {
  if (!asked) return undefined
  const author = await findTeammateByIdOrAlias(db, requirePrincipal(request), asked)
  if (!author) throw new ApiError('invalid_body', 'The author is not a teammate.', ['body.author_id: not a teammate'])
  return author.id
}
