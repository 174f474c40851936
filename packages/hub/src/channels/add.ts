import { randomUUID } from 'node:crypto'
import { publicId } from '@portico/protocol'
import { requestText } from '../channel-requests/build.ts'
import { requireCustomType } from '../channel-types/custom.ts'
import { type ChannelTypeRow, findChannelType, type OAuthType } from '../channel-types/queries.ts'
import { type SigningSecrets, signingSecrets } from '../channel-types/secrets.ts'
import { drawNumbers } from '../companies/draw-numbers.ts'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { type AddressRules, refuseUrl } from '../outbound-http/addresses.ts'
import { type CallResult, callChannelServer } from '../outbound-http/call.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { readAuthorization } from './authorization.ts'
import { additionalDataOfCredential, type Credentials, credentialOf, loginOf } from './credentials.ts'
import { grantRow, type NewGrant } from './grants.ts'

export interface AddChannelDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
  sealer: Sealer
  allow: AddressRules
  /** Asks the authorization server of a type with oauth2 for a token, with what the admin entered. */
  obtainGrant(companyId: number, type: OAuthType, login: [string, string]): Promise<NewGrant>
}

/** The grant of a new channel: one to be stored (`fresh`), or one that exists. */
export interface ChannelGrant {
  id: number
  accessToken: string
  fresh: NewGrant | null
}

export interface NewChannel {
  inboxId: number
  /** App UID of its type. */
  applicationUid: string
  /** Default: the type's name. */
  name?: string | undefined
  credentials?: Credentials | undefined
  undoSendTime?: number | undefined
  /** Default: its public id. */
  address?: string | undefined
  /** Where an admin has agreed at an authorization server. */
  grant?: ChannelGrant | undefined
}

/** A step of the handshake that an admin can watch. */
export type HandshakeStep =
  | { step: 'asking'; channelId: string; serverUrl: string }
  | { step: 'answered'; statusCode: number | null; durationMs: number }

/** A channel before its server was asked: it has a number, a type and a credential. */
export interface Proposal {
  channel: NewChannel
  type: ChannelTypeRow
  id: number
  publicId: string
  credential: string | null
  grant: ChannelGrant | null
  actor: Actor
}

/**
 * Asks the channel type's server to authorize a channel, and adds it when the server agrees; else nothing is stored, and the
 * channel's number is never used again. Resolves with the channel's number. Throws invalid_body, channel_refused,
 * channel_server_unreachable, url_not_allowed, blocked_address, loop, not_found.
 */
export async function addChannel(deps: AddChannelDeps, actor: Actor, channel: NewChannel): Promise<number> {
  return askAndAdd(deps, await propose(deps, actor, channel))
}

/** Checks the request before the channel's server is asked. Throws invalid_body. */
export async function propose(deps: AddChannelDeps, actor: Actor, channel: NewChannel): Promise<Proposal> {
  const type = await findChannelType(deps.db, actor.companyId, channel.applicationUid)
  if (!type) throw noSuchType()
  if (type.is_custom) {
    throw new ApiError(
      'invalid_body',
      'A custom channel has no server that is asked: it is added with its webhook URL.',
      ['body.application_uid: is that of custom channels; leave it out, and say settings.webhook_url'],
    )
  }
  const grant = channel.grant ?? (await grantOf(deps, actor.companyId, type, channel.credentials ?? {}))
  const credential = grant?.accessToken ?? credentialOf(type.auth_type, channel.credentials ?? {})
  const id = await drawNumbers(deps.db, actor.companyId, 1)
  return { channel, type, id, publicId: publicId('cha', actor.companyId, id), credential, grant, actor }
}

/** The URL, without spaces around it. Throws url_not_allowed, blocked_address, loop. */
export function allowedWebhookUrl({ allow }: Pick<AddChannelDeps, 'allow'>, webhookUrl: string): string {
  const url = webhookUrl.trim()
  const refusal = refuseUrl(url, allow)
  if (refusal) throw new ApiError(refusal.code, refusal.message, ['body.settings.webhook_url: is not allowed'])
  return url
}

/** Adds a custom channel, the older kind: nobody is asked. Throws url_not_allowed, blocked_address, loop, not_found. */
export async function addCustomChannel(
  deps: AddChannelDeps,
  actor: Actor,
  channel: Omit<NewChannel, 'applicationUid'>,
  webhookUrl: string,
): Promise<number> {
  const url = allowedWebhookUrl(deps, webhookUrl)
  const type = await requireCustomType(deps, actor)
  const id = await drawNumbers(deps.db, actor.companyId, 1)
  const proposed = { channel: { ...channel, applicationUid: type.uid }, type, id, credential: null, grant: null, actor }
  await save(deps, { ...proposed, publicId: publicId('cha', actor.companyId, id) }, url)
  return id
}

/** Null for a type without oauth2. */
async function grantOf(
  { db, obtainGrant }: AddChannelDeps,
  companyId: number,
  type: ChannelTypeRow,
  given: Credentials,
): Promise<ChannelGrant | null> {
  if (type.oauth2 === null || type.auth_type !== 'oauth2') return null
  const fresh = await obtainGrant(companyId, { ...type, oauth2: type.oauth2 }, loginOf(type.oauth2.grant, given))
  return { id: await drawNumbers(db, companyId, 1), accessToken: fresh.tokens.accessToken, fresh }
}

type AuthorizationRequest = Pick<Proposal, 'type' | 'publicId' | 'credential'> & {
  channel: Pick<NewChannel, 'address'>
}

export async function askAndAdd(
  deps: AddChannelDeps,
  proposal: Proposal,
  onStep: (step: HandshakeStep) => void = () => {},
): Promise<number> {
  const { type, publicId: channelId, actor } = proposal
  const secrets = await signingSecrets(deps.db, deps.sealer, actor.companyId, type.id)
  onStep({ step: 'asking', channelId, serverUrl: type.server_url })
  const result = await askForAuthorization(deps, proposal, secrets)
  onStep({
    step: 'answered',
    statusCode: result.kind === 'answer' ? result.status : null,
    durationMs: result.durationMs,
  })
  await save(deps, proposal, readAuthorization(result, type.server_url, deps.allow))
  return proposal.id
}

/** Asks the server for authorization. The channel's address is sent only to a server that lists addresses. */
export async function askForAuthorization(
  { allow }: Pick<AddChannelDeps, 'allow'>,
  { type, publicId: channelId, credential, channel: { address } }: AuthorizationRequest,
  secrets: SigningSecrets,
): Promise<CallResult> {
  const payload = { channel_id: channelId, ...(type.wants_list_addresses && address !== undefined && { address }) }
  return callChannelServer({
    url: type.server_url,
    method: 'POST',
    body: requestText({ type: 'authorization', payload }),
    ...secrets,
    webhookId: `authorization_${channelId}_${randomUUID()}`,
    credential,
    authType: type.auth_type,
    agentKey: `authorization ${channelId}`,
    connections: 1,
    allow,
  })
}

async function save({ db, bus, sealer }: AddChannelDeps, proposal: Proposal, webhookUrl: string): Promise<void> {
  const { actor, channel, type, id, credential, grant } = proposal
  const sealed =
    credential === null || grant !== null
      ? null
      : sealer.seal(credential, additionalDataOfCredential(actor.companyId, id))
  const [row] = await db.query<{
    outcome: 'created' | 'no_channel_type' | 'no_inbox' | 'address_taken' | 'grant_elsewhere'
  }>('create_channel', 'select create_channel($1) as outcome', [
    JSON.stringify({
      company: actor.companyId,
      id,
      channel_type: type.id,
      inbox: channel.inboxId,
      name: channel.name?.trim() || type.name,
      address: channel.address ?? proposal.publicId,
      grant: grant?.fresh ? grantRow(sealer, actor.companyId, grant.id, grant.fresh) : null,
      grant_id: grant?.id ?? null,
      webhook_url: webhookUrl,
      sealed_credential: sealed?.toString('hex') ?? null,
      undo_send_time: channel.undoSendTime ?? 0,
      public_id: proposal.publicId,
      actor: actor.kind,
      actor_id: actor.id,
    }),
  ])
  if (row?.outcome === 'no_channel_type') throw noSuchType()
  if (row?.outcome === 'address_taken') throw new ApiError('address_taken')
  if (row?.outcome === 'grant_elsewhere') throw new ApiError('authorization_expired')
  if (row?.outcome !== 'created') throw new ApiError('not_found')
  bus.eventsCommitted(actor.companyId)
}

function noSuchType(): ApiError {
  return new ApiError('invalid_body', 'There is no channel type with this App UID. Register it first.', [
    'body.application_uid: is not a channel type of this company',
  ])
}
