import { publicId } from '@portico/protocol'
import { ReportedEdit } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { requireChannelAuth } from '../channels/access.ts'
import { requireCapability, requireChannelCapability } from '../channels/capability.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { requireMessage } from '../messages/access.ts'
import { requireContent } from '../messages/files.ts'
import { messageResource } from '../messages/present.ts'
import { ReportParams, reportedAt } from '../messages/reports.ts'
import { Message } from '../messages/schema.ts'
import { editMessage, reportEdit } from './edit.ts'
import { listVersions, type VersionRow } from './queries.ts'
import { EditedMessage, MessageVersion } from './schema.ts'

interface EditRouteDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const MessageParams = Type.Object({ message_id: Type.String() })

export function editRoutes(app: App, deps: EditRouteDeps): void {
  editRoute(app, deps)
  versionsRoute(app, deps)
  reportRoute(app, deps)
}

function editRoute(app: App, deps: EditRouteDeps): void {
  const { db, urls } = deps
  app.route({
    method: 'PATCH',
    url: '/messages/:message_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Messages'],
      operationId: 'edit-message',
      summary: 'Change what a sent message says, where its channel takes edits',
      params: MessageParams,
      body: EditedMessage,
      response: { 200: Message },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id, channel_id, attachments, rich_content } = await requireMessage(
        db,
        principal,
        request.params.message_id,
      )
      const { body, body_format: format, base_version: base } = request.body
      if (!rich_content) requireContent(body, attachments?.length ?? 0)
      await requireChannelCapability(db, principal.companyId, channel_id, 'edits')
      await editMessage(deps, actorOf(principal), id, { body, format, base })
      const message = await requireMessage(db, principal, request.params.message_id)
      return messageResource(message, principal.companyId, urls, { showsAdditions: true })
    },
  })
}

function versionsRoute(app: App, { db, urls }: EditRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id/versions',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Messages'],
      operationId: 'list-message-versions',
      summary: 'What a message said, from first to last, as the customer had it; of a removed one, nothing',
      params: MessageParams,
      querystring: PageQuery,
      response: { 200: ListOf(MessageVersion) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const message = await requireMessage(db, principal, request.params.message_id)
      const versions = message.removed_at === null ? await listVersions(db, principal.companyId, message.id) : []
      return wholeList(
        urls,
        request,
        versions.map((row) => present(row, principal.companyId)),
      )
    },
  })
}

function present(row: VersionRow, companyId: number): MessageVersion {
  return {
    number: row.number,
    text: row.text,
    author: {
      kind: row.author,
      teammate_id:
        row.author === 'teammate' && row.author_id !== null ? publicId('tea', companyId, row.author_id) : null,
    },
    written_at: row.written_at.getTime() / 1000,
    is_current: row.is_current,
  }
}

function reportRoute(app: App, deps: EditRouteDeps): void {
  app.route({
    method: 'PATCH',
    url: '/channels/:channel_id/conversations/:conversation_external_id/messages/:message_external_id',
    config: { access: ['channel'] },
    schema: {
      tags: ['Channel API'],
      operationId: 'edit-external-message',
      summary: 'A message was edited at the channel, by the customer or in another app of the company',
      params: ReportParams,
      body: ReportedEdit,
    },
    handler: async (request, reply) => {
      const { occurred_at } = request.body
      const { channel_id, conversation_external_id, message_external_id } = request.params
      const auth = requireChannelAuth(request, channel_id)
      requireCapability(auth, 'edits')
      await reportEdit(deps, auth, {
        externalConversationId: conversation_external_id,
        externalId: message_external_id,
        body: request.body.body,
        at: occurred_at == null ? null : reportedAt(occurred_at),
      })
      return reply.code(204).send()
    },
  })
}
