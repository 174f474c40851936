import type * as wire from '@portico/protocol'
import { messageUidOf, publicId } from '@portico/protocol'
import { Accepted } from '@portico/protocol/schemas'
import { visibleName } from '@portico/protocol/visible'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { requireChannel } from '../channels/access.ts'
import { normaliseHandle } from '../contacts/handle.ts'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { currentCursor } from '../events/queries.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { checkSortBy, readPage, SortedQuery } from '../http/page.ts'
import { fitting, listEnvelope } from '../http/paging.ts'
import { prefersRepresentation } from '../http/prefer.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { contentToStore } from '../rich-content/asked.ts'
import { requireTagNumbers } from '../tags/tags.ts'
import { findTeammateByIdOrAlias } from '../teammates/queries.ts'
import { requireMessage } from './access.ts'
import { type CreatedMessage, createOutboundMessage, type MessageWithoutBody } from './create.ts'
import { filesOf, filesOfMessages, requireContent, rulesOfCompose, rulesOfReply } from './files.ts'
import { createFromTemplate } from './from-template.ts'
import { messageResource, weightOf } from './present.ts'
import { findMessage, listThread, type MessageRow } from './queries.ts'
import { Message, OutboundMessage, OutboundReply } from './schema.ts'

interface MessageDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const MessageParams = Type.Object({ message_id: Type.String() })
const ConversationParams = Type.Object({ conversation_id: Type.String() })
const tags = ['Messages']

export function messageRoutes(app: App, deps: MessageDeps): void {
  listRoute(app, deps)
  readRoutes(app, deps)
  createRoutes(app, deps)
}

function listRoute(app: App, { db, urls }: MessageDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id/messages',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'list-conversation-messages',
      summary: 'The messages of a conversation, newest first',
      params: ConversationParams,
      querystring: SortedQuery,
      response: { 200: ListOf(Message) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      checkSortBy(request.query, 'created_at')
      reply.header('x-portico-cursor', await currentCursor(db, principal.companyId))
      const { rows, ...links } = await readPage(request, {
        length: 2,
        cursorOf: ({ row }: PresentedMessage) => [row.sort_us, row.id],
        async read({ after, order, limit }) {
          const cursor = after && { sortUs: after[0]!, id: after[1]! }
          const page = await listThread(db, principal.companyId, conversation.id, { limit, order, after: cursor })
          const presented = page.rows.map((row) => ({ row, resource: present(row, principal, urls) }))
          const fit = fitting(presented, ({ resource }) => weightOf(resource))
          return { rows: fit, hasMore: page.hasMore || fit.length < presented.length }
        },
      })
      return listEnvelope(
        urls,
        request,
        rows.map(({ resource }) => resource),
        links,
      )
    },
  })
}

interface PresentedMessage {
  row: MessageRow
  resource: Message
}

function readRoutes(app: App, { db, urls }: MessageDeps): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'get-message',
      summary: 'One message',
      params: MessageParams,
      response: { 200: Message },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      return present(await requireMessage(db, principal, request.params.message_id), principal, urls)
    },
  })
}

function createRoutes(app: App, deps: MessageDeps): void {
  const { db } = deps
  app.route({
    method: 'POST',
    url: '/conversations/:conversation_id/messages',
    config: {
      access: ['teammate', 'api_token'],
      commitsInGroups: true,
      takesFiles: {
        ...filesOfMessages,
        rulesOf: (principal, params) => rulesOfReply(db, principal, params.conversation_id),
      },
    },
    schema: {
      tags,
      operationId: 'create-message-reply',
      summary: 'Reply in a conversation, through the channel it came in on',
      params: ConversationParams,
      body: OutboundReply,
      response: { 202: Type.Union([Accepted, Message]) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const asked = request.body.channel_id
      const draft = await draftOf(db, principal, request, conversation.contact_type, conversation.channel_id)
      const created = await create(deps, request.body, conversation.channel_id, {
        ...draft,
        conversationId: conversation.id,
        channelId: asked === undefined ? undefined : (await requireChannel(db, principal, asked)).id,
      })
      return reply.code(202).send(await answer(deps, request, principal, created))
    },
  })
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/messages',
    config: {
      access: ['teammate', 'api_token'],
      commitsInGroups: true,
      takesFiles: {
        ...filesOfMessages,
        rulesOf: (principal, params) => rulesOfCompose(db, principal, params.channel_id),
      },
    },
    schema: {
      tags,
      operationId: 'create-message',
      summary: 'Start a new conversation on a channel',
      params: Type.Object({ channel_id: Type.String() }),
      body: OutboundMessage,
      response: { 202: Type.Union([Accepted, Message]) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const channel = await requireChannel(db, principal, request.params.channel_id)
      const draft = await draftOf(db, principal, request, channel.contact_type, channel.id)
      const created = await create(deps, request.body, channel.id, { ...draft, channelId: channel.id })
      return reply.code(202).send(await answer(deps, request, principal, created))
    },
  })
}

/** Of a body, or of a template of the channel that it goes through. */
async function create(
  { db, bus }: MessageDeps,
  asked: OutboundReply,
  channelId: number,
  draft: MessageWithoutBody,
): Promise<CreatedMessage> {
  const { body, body_format, template, draft_version, buttons, location } = asked
  if (template === undefined) {
    const richContent = await contentToStore(db, { companyId: draft.companyId, channelId }, asked)
    if (!richContent) requireContent(body, draft.attachments?.length ?? 0)
    return createOutboundMessage(db, bus, { ...draft, richContent, body: body ?? '', bodyFormat: body_format })
  }
  const besides = Object.entries({
    body,
    body_format,
    draft_version,
    buttons,
    location,
    attachments: draft.attachments?.at(0),
  }).filter(([, value]) => value !== undefined)
  if (besides.length > 0) {
    throw new ApiError(
      'invalid_body',
      'A template says what is sent. Leave the named fields out, or the template.',
      besides.map(([name]) => `body.${name}: does not go with body.template`),
    )
  }
  return createFromTemplate(db, bus, draft, { channelId, chosen: template })
}

async function draftOf(
  db: Database,
  principal: Principal,
  request: FastifyRequest & { body: OutboundReply },
  contactType: string,
  channelId: number,
): Promise<MessageWithoutBody> {
  const { body, files } = request
  const attachments = await filesOf(db, principal, channelId, body.attachment_ids, files)
  const actor = actorOf(principal)
  const key = idempotencyKey(request)
  return {
    companyId: principal.companyId,
    origin: principal.kind === 'teammate' ? 'teammate' : 'api',
    actorId: actor.id,
    authorId: await authorOf(db, principal, body.author_id),
    to: body.to?.length ? recipientsOf(contactType, body.to) : undefined,
    senderName: visibleName(body.sender_name),
    subject: body.subject ?? undefined,
    archive: body.options?.archive ?? true,
    ...(body.options?.tag_ids?.length && {
      tagIds: await requireTagNumbers(db, principal, body.options.tag_ids, 'body.options.tag_ids'),
    }),
    attachments,
    draftVersion: body.draft_version,
    ...(key && { idempotency: { key, route: request.routeOptions.url ?? '', request: keyed(request) } }),
  }
}

/** The fields that a repeat with the same key must repeat: of files, their facts. */
function keyed({ url, body, files }: FastifyRequest & { body: OutboundReply }): unknown[] {
  if (files.length === 0) return [url, body]
  return [url, body, files.map(({ filename, contentType, sha256 }) => [filename, contentType, sha256])]
}

/** Each once, however it is spelt: channels send to every recipient that they are told. */
function recipientsOf(contactType: string, handles: string[]) {
  const people = new Set(handles.map((handle) => normaliseHandle(contactType, handle)))
  return [...people].map((handle) => ({ handle }))
}

async function authorOf(db: Database, principal: Principal, asked: string | undefined): Promise<number | undefined> {
  const own = principal.kind === 'teammate' ? principal.teammateId : undefined
  if (asked === undefined) return own
  const author = await findTeammateByIdOrAlias(db, principal, asked)
  if (author && own !== undefined && author.id !== own) {
    throw new ApiError('forbidden', 'A teammate writes as nobody else.', ['body.author_id: is another teammate'])
  }
  if (!author) throw new ApiError('invalid_body', 'The author is not a teammate.', ['body.author_id: not a teammate'])
  return author.id
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined || (typeof key === 'string' && key.length > 0 && key.length <= 255)) return key
  throw new ApiError('invalid_body', 'The Idempotency-Key has 1 to 255 characters.', [
    `header.idempotency-key: has ${key.length}`,
  ])
}

/** Front's 202, or the message itself for `Prefer: return=representation`. */
async function answer(
  { db, urls }: MessageDeps,
  request: FastifyRequest,
  principal: Principal,
  created: CreatedMessage,
): Promise<wire.Accepted | Message> {
  const id = publicId('msg', principal.companyId, created.messageId)
  if (!prefersRepresentation(request)) {
    return { status: 'accepted', message_uid: messageUidOf(id) }
  }
  if (created.isRepeat) return present(await requireMessage(db, principal, id), principal, urls)
  const message = await findMessage(db, principal.companyId, created.messageId)
  if (!message) throw new Error(`message ${id} vanished after it was created`)
  return present(message, principal, urls)
}

/** Teammates and integrations are shown our additions; a channel gets what Front shows it. */
function present(row: MessageRow, principal: Principal, urls: Urls) {
  const isChannel = principal.kind === 'channel'
  return messageResource(row, principal.companyId, urls, { showsExternalIds: isChannel, showsAdditions: !isChannel })
}
