import { publicId } from '@portico/protocol'
import { type Static, Type } from 'typebox'
import { requireChannelType } from '../channel-types/queries.ts'
import { requireLiveChannel } from '../channels/access.ts'
import type { Database } from '../db/database.ts'
import { changeDelivery } from '../deliveries/change.ts'
import { type Actor, actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { decodePageToken, encodePageToken, listEnvelope, parseLimit } from '../http/paging.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import {
  type LogFilter,
  type LogRow,
  listClockOffsets,
  listHourlyCounts,
  listLastErrors,
  listTokenFailures,
  readCurrentCounts,
  readLog,
} from './queries.ts'
import { healthReport, startOf } from './report.ts'
import { ChannelHealthReport, HealthQuery, LoggedDelivery, LogQuery, ReplayBody, Replayed } from './schema.ts'

interface HealthDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const tags = ['Channel health']
const Params = Type.Object({ channel_id: Type.String() })

export function channelHealthRoutes(app: App, deps: HealthDeps): void {
  reportRoute(app, deps)
  logRoute(app, deps)
  for (const verb of ['stop', 'start'] as const) stopOrStartRoute(app, deps, verb)
  replayRoute(app, deps)
}

function reportRoute(app: App, { db }: HealthDeps): void {
  app.route({
    method: 'GET',
    url: '/channels/:channel_id/health_report',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'get-channel-health-report',
      summary: 'How a channel has been doing: success rate, latency, backlog, errors',
      description: 'The figures lag the attempts by a few seconds and are kept for 31 days.',
      params: Params,
      querystring: HealthQuery,
      response: { 200: ChannelHealthReport },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const channel = await requireLiveChannel(db, principal, request.params.channel_id)
      const period = request.query.period ?? '24h'
      const now = Date.now()
      const since = startOf(period, now)
      const [hours, clocks, failures, current, errors, type] = await Promise.all([
        listHourlyCounts(db, companyId, channel.id, since),
        listClockOffsets(db, companyId, channel.id),
        listTokenFailures(db, companyId, channel.id, since),
        readCurrentCounts(db, companyId, channel.id),
        listLastErrors(db, companyId, channel.id),
        requireChannelType(db, companyId, channel.type_uid),
      ])
      if (!current) throw new ApiError('not_found')
      const { secrets } = type
      return healthReport({ companyId, period, now, hours, current, errors, clocks, failures, secrets })
    },
  })
}

function logRoute(app: App, { db, urls }: HealthDeps): void {
  app.route({
    method: 'GET',
    url: '/channels/:channel_id/deliveries',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'list-channel-deliveries',
      summary: 'The settled deliveries of a channel, newest message first',
      description: 'A page may be short or empty and still have a next page: it reads 5,000 deliveries at most.',
      params: Params,
      querystring: LogQuery,
      response: { 200: ListOf(LoggedDelivery) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id } = await requireLiveChannel(db, principal, request.params.channel_id)
      const [beforeMessage = null] = decodePageToken(request, request.query.page_token, 1) ?? []
      const limit = parseLimit(request.query.limit)
      const filter = filterOf(principal, request.query)
      const { rows, last } = await readLog(db, principal.companyId, id, filter, { beforeMessage, limit })
      const next = last === null ? null : encodePageToken(request, [last])
      const results = rows.map((row) => loggedDelivery(row, principal.companyId))
      return listEnvelope(urls, request, results, { prev: null, next })
    },
  })
}

function filterOf(principal: Principal, query: Static<typeof LogQuery>): LogFilter {
  return {
    messageId: query.message_id ? resourceNumber(principal, 'msg', query.message_id) : null,
    state: query.state || null,
    error: query.error?.trim().toLowerCase() || null,
    after: timeOf('after', query.after),
    before: timeOf('before', query.before),
  }
}

function timeOf(name: string, text: string | undefined): Date | null {
  if (text === undefined || text === '') return null
  const time = new Date(Number(text) * 1000)
  if (Number.isNaN(time.getTime()) || time.getTime() < 0 || time.getFullYear() > 9_999) {
    throw new ApiError('invalid_query', undefined, [`query.${name}: must be a time in seconds`])
  }
  return time
}

function loggedDelivery(row: LogRow, companyId: number): LoggedDelivery {
  return {
    message_id: publicId('msg', companyId, row.message_id),
    conversation_id: publicId('cnv', companyId, row.conversation_id),
    preview: row.preview ?? '',
    state: row.state,
    settled_at: row.settled_at.getTime() / 1000,
    attempts: row.attempts,
    status_code: row.status_code,
    duration_ms: row.duration_ms,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    is_dismissed: row.is_dismissed,
  }
}

function stopOrStartRoute(app: App, { db, bus }: HealthDeps, verb: 'stop' | 'start'): void {
  const isStop = verb === 'stop'
  app.route({
    method: 'POST',
    url: `/channels/:channel_id/deliveries/${verb}`,
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: `${verb}-channel-deliveries`,
      summary: isStop ? 'Stop sending through a channel: messages wait' : 'Send through a channel again',
      description: 'Attempts in flight end. Messages that come in are stored as always.',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id } = await requireLiveChannel(db, principal, request.params.channel_id)
      const actor = actorOf(principal)
      const [row] = await db.query<{ outcome: 'changed' | 'unchanged' | 'no_channel' }>(
        'set_channel_stopped',
        'select set_channel_stopped($1, $2, $3, $4, $5, $6) as outcome',
        [companyId, id, isStop, publicId('cha', companyId, id), actor.kind, actor.id],
      )
      if (row?.outcome === 'no_channel') throw new ApiError('not_found')
      if (row?.outcome === 'changed') bus.eventsCommitted(companyId)
      if (!isStop) bus.deliveriesCreated(companyId, [id])
      return reply.code(204).send()
    },
  })
}

function replayRoute(app: App, deps: HealthDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/deliveries/replay',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'replay-channel-deliveries',
      summary: 'Send failed and unconfirmed messages of a channel again',
      description:
        'As Retry and Send again do one by one, with the same ids: a message that did arrive may arrive twice.',
      params: Params,
      body: ReplayBody,
      response: { 200: Replayed },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id } = await requireLiveChannel(deps.db, principal, request.params.channel_id)
      const numbers = request.body.message_ids.map((text) => resourceNumber(principal, 'msg', text))
      const wanted = [...new Set(numbers)].sort((a, b) => a - b)
      const sent: number[] = []
      for (const message of await replayableAmong(deps.db, companyId, id, wanted)) {
        if (await sendAgain(deps, actorOf(principal), id, message)) sent.push(message.number)
      }
      const publicIds = (of: number[]) => of.map((number) => publicId('msg', companyId, number))
      return { message_ids: publicIds(sent), skipped: publicIds(wanted.filter((number) => !sent.includes(number))) }
    },
  })
}

interface ReplayableDelivery {
  number: number
  state: 'failed' | 'not_confirmed'
}

function replayableAmong(
  db: Database,
  companyId: number,
  channelId: number,
  wanted: number[],
): Promise<ReplayableDelivery[]> {
  return db.query<ReplayableDelivery>(
    'replayable_among',
    `select message_id as number, state from deliveries
     where company_id = $1 and channel_id = $2 and message_id = any($3::bigint[]) and state in ('failed', 'not_confirmed')
     order by message_id`,
    [companyId, channelId, wanted],
  )
}

/** Returns false if somebody else retried or settled the delivery meanwhile. */
async function sendAgain(
  { db, bus }: HealthDeps,
  actor: Actor,
  channelId: number,
  { number, state }: ReplayableDelivery,
) {
  try {
    const verb = state === 'failed' ? 'retry' : 'send_again'
    await changeDelivery(db, bus, actor, { messageId: number, channelId }, verb)
    return true
  } catch (error) {
    if (error instanceof ApiError && error.code === 'delivery_not_in_state') return false
    throw error
  }
}
