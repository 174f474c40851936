import { Type } from 'typebox'
import { redirectUri } from '../channel-types/present.ts'
import { findChannelType, type OAuthType } from '../channel-types/queries.ts'
import { requireLiveChannel } from '../channels/access.ts'
import { channelResource } from '../channels/present.ts'
import { findChannel } from '../channels/queries.ts'
import { Channel } from '../channels/schema.ts'
import { ApiError } from '../http/api-error.ts'
import { requireTeammate, type TeammatePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import { assertInbox } from '../inboxes/policy.ts'
import { beginAuthorization, requireKept, requireSession } from './authorizations.ts'
import { addForAddress, type FinishDeps, finishAuthorization } from './finish.ts'
import {
  AuthorizationCallback,
  ChosenAddress,
  FinishedAuthorization,
  NewAuthorization,
  StartedAuthorization,
} from './schema.ts'

const tags = ['Channels']

export function oauthRoutes(app: App, deps: FinishDeps): void {
  beginRoute(app, deps)
  finishRoute(app, deps)
  addressRoute(app, deps)
}

function beginRoute(app: App, deps: FinishDeps): void {
  app.route({
    method: 'POST',
    url: '/channel_authorizations',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'begin-channel-authorization',
      summary: 'Begin to add a channel, or to authorize one again, at the authorization server of its type',
      description:
        'For types with oauth2 and the grant authorization_code. Only a signed-in admin: the browser that comes back has to be the one that left.',
      body: NewAuthorization,
      response: { 201: StartedAuthorization },
    },
    handler: async (request, reply) => {
      const by = requireSession(requireTeammate(request))
      const { channel_id, application_uid = '', inbox_id = '', name, settings } = request.body
      const channel = channel_id === undefined ? null : await requireLiveChannel(deps.db, by, channel_id)
      const type = await requireCodeType(deps, by, channel?.type_uid ?? application_uid)
      const inboxId = channel?.inbox_id ?? resourceNumber(by, 'inb', inbox_id)
      await assertInbox(deps.db, by, inboxId)
      const authorize_url = await beginAuthorization(deps, by, {
        type,
        channelId: channel?.id ?? null,
        inboxId,
        name: channel?.name ?? name?.trim() ?? '',
        undoSendTime: settings?.undo_send_time ?? 0,
        redirectUri: redirectUri(deps.urls, type.uid),
      })
      return reply.code(201).send({ authorize_url })
    },
  })
}

async function requireCodeType({ db }: FinishDeps, by: TeammatePrincipal, uid: string): Promise<OAuthType> {
  const type = await findChannelType(db, by.companyId, uid)
  if (type?.auth_type === 'oauth2' && type.oauth2?.grant === 'authorization_code')
    return { ...type, oauth2: type.oauth2 }
  const why = type ? 'its channels need nobody to agree' : 'is not a channel type of this company'
  throw new ApiError('invalid_body', undefined, [`body.application_uid: ${why}`])
}

function finishRoute(app: App, deps: FinishDeps): void {
  app.route({
    method: 'POST',
    url: '/channel_authorizations/finish',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'finish-channel-authorization',
      summary: 'Hand in what the authorization server sent the browser back with',
      description: 'A state works once. The answer has the channel, or the addresses of which one is chosen.',
      body: AuthorizationCallback,
      response: { 200: FinishedAuthorization },
    },
    handler: async (request): Promise<FinishedAuthorization> => {
      const by = requireSession(requireTeammate(request))
      const finished = await finishAuthorization(deps, by, request.body)
      if (finished.outcome !== 'choose_address') {
        return { outcome: finished.outcome, channel: await present(deps, by, finished.channelId) }
      }
      const { outcome, id, ownerName, addresses } = finished
      return { outcome, authorization_id: String(id), owner_name: ownerName, addresses }
    },
  })
}

function addressRoute(app: App, deps: FinishDeps): void {
  app.route({
    method: 'POST',
    url: '/channel_authorizations/:authorization_id/channels',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'add-channel-of-address',
      summary: 'Add the channel of an address that an authorization has',
      params: Type.Object({ authorization_id: Type.String({ maxLength: 20 }) }),
      body: ChosenAddress,
      response: { 201: Channel },
    },
    handler: async (request, reply) => {
      const by = requireSession(requireTeammate(request))
      const { authorization_id } = request.params
      const row = await requireKept(deps.db, by, /^\d{1,15}$/.test(authorization_id) ? Number(authorization_id) : null)
      const channelId = await addForAddress(deps, by, row, request.body)
      return reply.code(201).send(await present(deps, by, channelId))
    },
  })
}

async function present({ db, urls }: FinishDeps, { companyId }: TeammatePrincipal, id: number): Promise<Channel> {
  const row = await findChannel(db, companyId, id)
  if (!row) throw new ApiError('not_found')
  return channelResource(row, companyId, urls, { showsWebhook: true })
}
