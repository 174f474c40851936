import { publicId } from '@portico/protocol'
import { Type } from 'typebox'
import { MOST_SEEN_REQUESTS } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { requireMessage } from '../messages/access.ts'

interface SeenDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const tags = ['Messages']
const Params = Type.Object({ message_id: Type.String() })

/** Front's SeenReceiptResponse. Channels tell no names, so that there is one of a message. */
const SeenReceipt = Type.Object({
  _links: Type.Object({ self: Type.String(), related: Type.Object({ message: Type.String() }) }),
  first_seen_at: Type.String({ description: 'Milliseconds, as text: so it is published' }),
  seen_by: Type.Null(),
})

export function seenReceiptRoutes(app: App, deps: SeenDeps): void {
  readRoute(app, deps)
  markRoute(app, deps)
}

function readRoute(app: App, { db, urls }: SeenDeps): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id/seen',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'get-message-seen-status',
      summary: 'When the customer saw a message first; an empty list while nobody has said so',
      params: Params,
      querystring: PageQuery,
      response: { 200: ListOf(SeenReceipt) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id: number, seen_at } = await requireMessage(db, principal, request.params.message_id)
      const message = urls.of('messages', publicId('msg', principal.companyId, number))
      const self = `${message}/seen`
      const receipt = (at: number) => ({
        _links: { self, related: { message } },
        first_seen_at: String(Math.floor(at * 1_000)),
        seen_by: null,
      })
      return wholeList(urls, request, seen_at === null ? [] : [receipt(seen_at)])
    },
  })
}

interface Marked {
  outcome: 'seen' | 'repeated' | 'limited' | 'not_outbound' | 'no_message'
  wait_seconds: number | null
}

function markRoute(app: App, { db, bus }: SeenDeps): void {
  app.route({
    method: 'POST',
    url: '/messages/:message_id/seen',
    config: { access: ['api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'mark-message-seen',
      summary: 'The customer saw an outbound message; at most 10 times an hour for a message',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const message = await requireMessage(db, principal, request.params.message_id)
      const actor = actorOf(principal)
      const [marked] = await db.query<Marked>(
        'mark_message_seen',
        'select outcome, wait_seconds from mark_message_seen($1, $2, $3, $4)',
        [companyId, message.id, actor.kind, actor.id],
      )
      refuse(marked)
      if (marked?.outcome === 'seen') bus.eventsCommitted(companyId)
      return reply.code(204).send()
    },
  })
}

function refuse(marked: Marked | undefined): void {
  if (!marked || marked.outcome === 'no_message') throw new ApiError('not_found')
  if (marked.outcome === 'not_outbound') {
    throw new ApiError('invalid_body', 'A customer wrote this message. Only messages to customers are seen by them.')
  }
  if (marked.outcome !== 'limited') return
  const seconds = marked.wait_seconds ?? 1
  const refusal = new ApiError(
    'too_many_attempts',
    `A message is marked as seen at most ${MOST_SEEN_REQUESTS} times an hour. Please retry in ${seconds * 1000} milliseconds.`,
  )
  refusal.retryAfter = seconds
  throw refusal
}
