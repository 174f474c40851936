import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { presentDelivery } from '../delivery-states/present.ts'
import { Delivery } from '../delivery-states/schema.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireMessage } from '../messages/access.ts'
import { changeDelivery, type DeliveryVerb } from './change.ts'
import { type AttemptRow, listAttempts } from './queries.ts'
import { type Attempt, DeliveryWithAttempts } from './schema.ts'

interface DeliveryRouteDeps {
  db: Database
  bus: Bus
}

const tags = ['Deliveries']
const Params = Type.Object({ message_id: Type.String() })

const summaries: Record<DeliveryVerb, string> = {
  retry: 'Send a failed message again, with the same id and, within 30 days of the first time, the same bytes',
  send_again: 'Send a message again whose delivery was not confirmed; it may arrive twice',
  try_now: 'Do not wait for the next attempt',
  cancel: 'Do not send it; undo, while its undo time runs',
  dismiss: 'Dismiss a failed message: it stays failed, and its conversation no longer counts as undelivered',
  mark_as_sent: 'Mark a message that was not confirmed as sent',
}

export function deliveryRoutes(app: App, deps: DeliveryRouteDeps): void {
  readRoute(app, deps)
  for (const [verb, summary] of Object.entries(summaries)) verbRoute(app, deps, verb as DeliveryVerb, summary)
}

function readRoute(app: App, { db }: DeliveryRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id/delivery',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-message-delivery',
      summary: 'The delivery of a message and its attempts',
      params: Params,
      response: { 200: DeliveryWithAttempts },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id, delivery } = await requireDelivery(db, principal, request.params.message_id)
      const attempts = await listAttempts(db, principal.companyId, id)
      return { ...presentDelivery(delivery, principal.companyId), attempts_log: attempts.map(presentAttempt) }
    },
  })
}

function verbRoute(app: App, { db, bus }: DeliveryRouteDeps, verb: DeliveryVerb, summary: string): void {
  app.route({
    method: 'POST',
    url: `/messages/:message_id/delivery/${verb}`,
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: `${verb.replaceAll('_', '-')}-message-delivery`,
      summary,
      params: Params,
      response: { 200: Delivery },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id, channel_id } = await requireDelivery(db, principal, request.params.message_id)
      await changeDelivery(db, bus, actorOf(principal), { messageId: id, channelId: channel_id }, verb)
      const { delivery } = await requireDelivery(db, principal, request.params.message_id)
      return presentDelivery(delivery, principal.companyId)
    },
  })
}

async function requireDelivery(db: Database, principal: Principal, text: string) {
  const { id, channel_id, delivery } = await requireMessage(db, principal, text)
  if (!delivery) throw new ApiError('not_found', 'This message has no delivery: it was not sent through the hub.')
  return { id, channel_id, delivery }
}

function presentAttempt(row: AttemptRow): Attempt {
  return {
    number: row.number,
    started_at: row.started_at.getTime() / 1000,
    duration_ms: row.duration_ms,
    status_code: row.status_code,
    outcome: row.outcome,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    ...(row.status_code === null
      ? { response_excerpt: null, detail: row.response_excerpt }
      : { response_excerpt: row.response_excerpt, detail: null }),
  }
}
