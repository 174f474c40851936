import { publicId } from '@portico/protocol'
import { ApplicationMessageTemplate, ApplicationMessageTemplateChange, SyncedTemplate } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { frameDocument, framePolicy } from '../bodies/frame.ts'
import { requireLiveChannel, requireReadableChannel } from '../channels/access.ts'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { listedTemplate, templateResource } from './present.ts'
import { changeTemplate, putTemplate, type TemplateDeps } from './put.ts'
import { findTemplate, findWindow, listTemplates } from './queries.ts'
import { FreeTextWindow, ListedTemplate, MessageTemplate } from './schema.ts'

type TemplateRouteDeps = TemplateDeps & { urls: Urls }

const tags = ['Application Message Templates']
const ChannelParams = Type.Object({ channel_id: Type.String({ description: 'cha_…, or alt:address:<address>' }) })
const TemplateParams = Type.Object({
  ...ChannelParams.properties,
  external_id: Type.String({ description: "The channel's own id of the template" }),
})

export function messageTemplateRoutes(app: App, deps: TemplateRouteDeps): void {
  syncRoutes(app, deps)
  readRoutes(app, deps)
  frameRoute(app, deps)
  windowRoute(app, deps)
}

function syncRoutes(app: App, deps: TemplateRouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/channels/:channel_id/application_message_templates',
    config: { access: ['api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'sync-application-message-template',
      summary: 'Make or replace a message template of the channel',
      params: ChannelParams,
      body: ApplicationMessageTemplate,
      response: { 200: SyncedTemplate },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const channel = await requireLiveChannel(deps.db, principal, request.params.channel_id)
      const id = await putTemplate(deps, actorOf(principal), channel.id, request.body)
      return { template_id: publicId('amt', principal.companyId, id) }
    },
  })
  app.route({
    method: 'PATCH',
    url: '/channels/:channel_id/application_message_templates/:external_id',
    config: { access: ['api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'update-application-message-template',
      summary: 'Change a message template of the channel; absent fields stay',
      params: TemplateParams,
      body: ApplicationMessageTemplateChange,
      response: { 200: SyncedTemplate },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { channel_id, external_id } = request.params
      const channel = await requireLiveChannel(deps.db, principal, channel_id)
      const id = await changeTemplate(deps, actorOf(principal), channel.id, external_id, request.body)
      return { template_id: publicId('amt', principal.companyId, id) }
    },
  })
}

function readRoutes(app: App, { db, urls }: TemplateRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/channels/:channel_id/application_message_templates',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'list-application-message-templates',
      summary: 'The message templates of a channel, by name',
      description: 'Portico extension. What a template says in full is read one by one.',
      params: ChannelParams,
      querystring: PageQuery,
      response: { 200: ListOf(ListedTemplate) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const channel = await requireReadableChannel(db, principal, request.params.channel_id)
      const rows = await listTemplates(db, principal.companyId, channel.id)
      return wholeList(
        urls,
        request,
        rows.map((row) => listedTemplate(row, principal.companyId, urls)),
      )
    },
  })
  app.route({
    method: 'GET',
    url: '/channels/:channel_id/application_message_templates/:external_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'get-application-message-template',
      summary: 'One message template of a channel, with what it says',
      description: 'Portico extension.',
      params: TemplateParams,
      response: { 200: MessageTemplate },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { channel_id, external_id } = request.params
      const row = await requireTemplate(db, principal, channel_id, external_id)
      return templateResource(row, principal.companyId, urls)
    },
  })
}

function frameRoute(app: App, { db }: TemplateRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/channels/:channel_id/application_message_templates/:external_id/frame',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'get-application-message-template-frame',
      summary: 'What a message template says, as a document for a sandboxed frame',
      description: 'Portico extension.',
      params: TemplateParams,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { channel_id, external_id } = request.params
      const row = await requireTemplate(db, principal, channel_id, external_id)
      reply.header('content-security-policy', framePolicy).header('x-frame-options', 'SAMEORIGIN')
      return reply.type('text/html; charset=utf-8').send(frameDocument(row.html, 'none'))
    },
  })
}

async function requireTemplate(db: Database, principal: Principal, channelId: string, externalId: string) {
  const channel = await requireReadableChannel(db, principal, channelId)
  const row = await findTemplate(db, principal.companyId, channel.id, { externalId })
  if (!row) throw new ApiError('not_found')
  return row
}

function windowRoute(app: App, { db }: TemplateRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id/free_text_window',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags: ['Conversations'],
      operationId: 'get-free-text-window',
      summary: 'Until when a conversation takes free text',
      description: 'Portico extension. Outside of the window only message templates can be sent.',
      params: Type.Object({ conversation_id: Type.String() }),
      response: { 200: FreeTextWindow },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const { hours, closes_at, is_open } = await findWindow(db, principal.companyId, conversation.id)
      return { hours, closes_at: closes_at && closes_at.getTime() / 1000, is_open }
    },
  })
}
