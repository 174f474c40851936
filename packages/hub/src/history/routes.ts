import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery } from '../http/page.ts'
import { decodePageToken, encodePageToken, listEnvelope, parseLimit } from '../http/paging.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { conversationResource, exportedChannels, listConversations, listMessages, messageResource } from './export.ts'
import { importHistory } from './import.ts'
import { ExportedChannel, ExportedConversation, ExportedMessage, HistoryToImport, Imported } from './schema.ts'

interface HistoryDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
  urls: Urls
}

const tags = ['History']
const access = ['api_token'] as const

/** A batch of a few hundred messages, or one with a long body. */
const bodyLimit = 4 * 1024 * 1024

/** Import and export of conversations, for the commands of the same names. */
export function historyRoutes(app: App, deps: HistoryDeps): void {
  importRoute(app, deps)
  channelsRoute(app, deps)
  conversationsRoute(app, deps)
  messagesRoute(app, deps)
}

function importRoute(app: App, deps: HistoryDeps): void {
  app.route({
    method: 'POST',
    url: '/history/conversations',
    bodyLimit,
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'import-history',
      summary: 'Store conversations that happened elsewhere: nothing is sent, nobody is notified, what is known stays',
      body: HistoryToImport,
      response: { 200: Imported },
    },
    handler: async (request) => importHistory(deps, requireToken(request), request.body.conversations),
  })
}

function requireToken(request: Parameters<typeof requirePrincipal>[0]) {
  const principal = requirePrincipal(request)
  if (principal.kind !== 'api_token') throw new Error('the route takes API tokens')
  return principal
}

function channelsRoute(app: App, { db, urls }: HistoryDeps): void {
  app.route({
    method: 'GET',
    url: '/history/channels',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'export-channels',
      summary: 'All channels that conversations can be of, deleted ones too, in a stable order',
      response: { 200: ListOf(ExportedChannel) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      return listEnvelope(urls, request, await exportedChannels(db, companyId), { prev: null, next: null })
    },
  })
}

function conversationsRoute(app: App, { db, urls }: HistoryDeps): void {
  app.route({
    method: 'GET',
    url: '/history/conversations',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'export-conversations',
      summary: 'All conversations, oldest first, with what an import needs',
      querystring: PageQuery,
      response: { 200: ListOf(ExportedConversation) },
    },
    handler: async (request) => {
      const { companyId } = requirePrincipal(request)
      const limit = parseLimit(request.query.limit)
      const [createdUs, id] = decodePageToken(request, request.query.page_token, 2) ?? []
      const after = createdUs === undefined || id === undefined ? undefined : { createdUs, id }
      const rows = await listConversations(db, companyId, { after, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const next = rows.length > limit && last ? encodePageToken(request, [last.created_us, last.id]) : null
      const results = page.map((row) => conversationResource(row, companyId))
      return listEnvelope(urls, request, results, { prev: null, next })
    },
  })
}

function messagesRoute(app: App, { db, urls }: HistoryDeps): void {
  app.route({
    method: 'GET',
    url: '/history/conversations/:conversation_id/messages',
    config: { access: [...access] },
    schema: {
      tags,
      operationId: 'export-messages',
      summary: 'The messages of a conversation in the order of its thread, with what an import needs',
      params: Type.Object({ conversation_id: Type.String() }),
      querystring: PageQuery,
      response: { 200: ListOf(ExportedMessage) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id: conversationId } = await requireConversation(db, principal, request.params.conversation_id)
      const limit = parseLimit(request.query.limit)
      const [sortUs, id] = decodePageToken(request, request.query.page_token, 2) ?? []
      const after = sortUs === undefined || id === undefined ? undefined : { sortUs, id }
      const rows = await listMessages(db, { companyId, conversationId }, { after, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      // a page may be shorter because of long bodies
      const next = last && last.found > page.length ? encodePageToken(request, [last.sort_us, last.id]) : null
      const results = page.map((row) => messageResource(row, companyId))
      return listEnvelope(urls, request, results, { prev: null, next })
    },
  })
}
