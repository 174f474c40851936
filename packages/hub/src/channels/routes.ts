import type { Logger } from 'pino'
import { type Static, Type } from 'typebox'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { isAdmin, type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App, RequestWith } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { assertInbox, visibleInboxIds } from '../inboxes/policy.ts'
import { requireLiveChannel, requireReadableChannel } from './access.ts'
import { type AddChannelDeps, allowedWebhookUrl } from './add.ts'
import { addRoute } from './add-route.ts'
import { channelResource } from './present.ts'
import { findChannel, listChannels } from './queries.ts'
import { Channel, ChannelChangeBody } from './schema.ts'
import { type ChannelChange, deleteChannel, updateChannel } from './update.ts'

export type ChannelRouteDeps = AddChannelDeps & { bus: Bus; urls: Urls; log: Logger }

const tags = ['Channels']
const Params = Type.Object({ channel_id: Type.String({ description: 'cha_…, or alt:address:<address>' }) })

export function channelRoutes(app: App, deps: ChannelRouteDeps): void {
  listRoutes(app, deps)
  readRoute(app, deps)
  changeRoute(app, deps)
  deleteRoute(app, deps)
  addRoute(app, deps)
}

function listRoutes(app: App, { db, urls }: ChannelRouteDeps): void {
  const answer = async (request: RequestWith<Static<typeof PageQuery>>, principal: Principal, inboxIds: number[]) => {
    const view = { showsWebhook: isAdmin(principal) }
    const rows = await listChannels(db, principal.companyId, inboxIds)
    return wholeList(
      urls,
      request,
      rows.map((row) => channelResource(row, principal.companyId, urls, view)),
    )
  }
  app.route({
    method: 'GET',
    url: '/channels',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-channels',
      summary: 'The channels of the inboxes the caller has',
      querystring: PageQuery,
      response: { 200: ListOf(Channel) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      return answer(request, principal, await visibleInboxIds(db, principal))
    },
  })
  app.route({
    method: 'GET',
    url: '/inboxes/:inbox_id/channels',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-inbox-channels',
      summary: 'The channels of an inbox',
      params: Type.Object({ inbox_id: Type.String() }),
      querystring: PageQuery,
      response: { 200: ListOf(Channel) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const inboxId = resourceNumber(principal, 'inb', request.params.inbox_id)
      await assertInbox(db, principal, inboxId)
      return answer(request, principal, [inboxId])
    },
  })
}

function readRoute(app: App, { db, urls }: ChannelRouteDeps): void {
  app.route({
    method: 'GET',
    url: '/channels/:channel_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'get-channel',
      summary: 'One channel; a channel token reads its own',
      params: Params,
      response: { 200: Channel },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const row = await requireReadableChannel(db, principal, request.params.channel_id)
      return channelResource(row, principal.companyId, urls, { showsWebhook: isAdmin(principal) })
    },
  })
}

function changeRoute(app: App, deps: ChannelRouteDeps): void {
  app.route({
    method: 'PATCH',
    url: '/channels/:channel_id',
    config: { access: ['admin', 'channel'] },
    schema: {
      tags,
      operationId: 'update-channel',
      summary: 'Rename, move or set a channel; a channel token says whether the channel is offline',
      description:
        'A channel token changes `status` only, which is all that the Channel API has; the other fields here are refused.',
      params: Params,
      body: ChannelChangeBody,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireLiveChannel(deps.db, principal, request.params.channel_id)
      await updateChannel(deps, actorOf(principal), id, await changeOf(deps, principal, id, request.body))
      return reply.code(204).send()
    },
  })
}

async function changeOf(
  deps: ChannelRouteDeps,
  principal: Principal,
  id: number,
  body: ChannelChangeBody,
): Promise<ChannelChange> {
  const { status, name, settings, inbox_id } = body
  if (principal.kind === 'channel') {
    const { undo_send_time, webhook_url } = settings ?? {}
    const foreign = Object.entries({
      ...{ name, 'settings.undo_send_time': undo_send_time, 'settings.webhook_url': webhook_url, inbox_id },
    })
    refuseToChannel(foreign.flatMap(([field, value]) => (value === undefined ? [] : [field])))
    return { status }
  }
  const inboxId = inbox_id === undefined ? undefined : resourceNumber(principal, 'inb', inbox_id)
  if (inboxId !== undefined) await assertInbox(deps.db, principal, inboxId)
  const webhookUrl = settings?.webhook_url ? await webhookUrlOf(deps, principal, id, settings.webhook_url) : undefined
  return { status, name, undoSendTime: settings?.undo_send_time, webhookUrl, inboxId }
}

/** Only a custom channel has one of its own: the servers of others say it when they are asked. */
async function webhookUrlOf(deps: ChannelRouteDeps, principal: Principal, id: number, asked: string): Promise<string> {
  const channel = await findChannel(deps.db, principal.companyId, id)
  if (channel?.is_custom) return allowedWebhookUrl(deps, asked)
  throw new ApiError('unsupported_field', undefined, ['body.settings.webhook_url: is for custom channels'])
}

function refuseToChannel(fields: string[]): void {
  if (fields.length === 0) return
  throw new ApiError(
    'forbidden',
    'A channel token changes the status of its channel, and nothing else of it.',
    fields.map((field) => `body.${field}: is not a channel's to change`),
  )
}

function deleteRoute(app: App, deps: ChannelRouteDeps): void {
  app.route({
    method: 'DELETE',
    url: '/channels/:channel_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-channel',
      summary: 'Delete a channel',
      description:
        'Its tokens end at once, what was waiting to be sent is cancelled, and its server is told with a signed DELETE ' +
        'request that nobody waits for. Its conversations stay.',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireLiveChannel(deps.db, principal, request.params.channel_id)
      await deleteChannel(deps, actorOf(principal), id)
      return reply.code(204).send()
    },
  })
}
