import { publicId } from '@portico/protocol'
import { plainText } from '../channel-requests/answer.ts'
import { redirectUri } from '../channel-types/present.ts'
import { type ChannelTypeRow, findChannelType, type OAuthType } from '../channel-types/queries.ts'
import { signingSecrets } from '../channel-types/secrets.ts'
import { type AddChannelDeps, addChannel, askForAuthorization, type ChannelGrant } from '../channels/add.ts'
import { readAuthorization } from '../channels/authorization.ts'
import { grantRow, type NewGrant, type Owner } from '../channels/grants.ts'
import { type ChannelRow, findChannel } from '../channels/queries.ts'
import { drawNumbers } from '../companies/draw-numbers.ts'
import type { Reader } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import { ApiError } from '../http/api-error.ts'
import type { Urls } from '../http/urls.ts'
import { listAddresses } from './addresses.ts'
import {
  type AuthorizationRow,
  accessTokenOf,
  handToGrant,
  keepTokens,
  openTokens,
  openVerifier,
  type requireSession,
  takeAuthorization,
} from './authorizations.ts'
import { clientOf } from './client.ts'
import { type Identity, identify } from './introspect.ts'
import { channelsOf } from './renewals.ts'
import type { AuthorizationCallback, OfferedAddress } from './schema.ts'
import { requestTokens } from './tokens.ts'

export type FinishDeps = AddChannelDeps & { urls: Urls }
type Session = ReturnType<typeof requireSession>
type Type = ChannelTypeRow & OAuthType

export type Finished =
  | { outcome: 'added' | 'authorized_again'; channelId: number }
  | { outcome: 'choose_address'; id: number; ownerName: string | null; addresses: OfferedAddress[] }

/**
 * Finishes the authorization when an admin comes back from the authorization server: the code becomes a token, the channel's server is
 * asked, and the channel is there, or nothing. Throws authorization_expired, authorization_denied, authorization_failed,
 * other_account, address_taken, channel_refused, channel_server_unreachable.
 */
export async function finishAuthorization(
  deps: FinishDeps,
  by: Session,
  came: AuthorizationCallback,
): Promise<Finished> {
  const row = await takeAuthorization(deps.db, by, came.state)
  const type = await typeOf(deps.db, by.companyId, came.application_uid)
  if (type.id !== row.channel_type_id) throw new ApiError('authorization_expired')
  if (came.error !== undefined || came.code === undefined) throw denied(came)
  const { grant, identity } = await exchange(deps, by.companyId, type, row, came.code)
  if (row.channel_id !== null) return again(deps, by, type, row.channel_id, grant, identity)
  if (type.wants_list_addresses) return offer(deps, by.companyId, type, row, grant)
  const channelId = await addChannel(deps, actorOf(by), {
    ...newChannel(row, type),
    name: row.name || (identity.channelName ?? undefined),
    address: identity.channelAddress ?? undefined,
    grant: await channelGrant(deps.db, by.companyId, type.id, grant),
  })
  return { outcome: 'added', channelId }
}

/** Adds a channel for one of the addresses that were offered; the server is asked for this address, and decides. */
export async function addForAddress(
  deps: FinishDeps,
  by: Session,
  row: AuthorizationRow,
  chosen: { address: string; name?: string | undefined },
): Promise<number> {
  const type = await typeOfNumber(deps.db, by.companyId, row.channel_type_id)
  const kept = openTokens(deps.sealer, by.companyId, row)
  const grant = kept
    ? await channelGrant(deps.db, by.companyId, type.id, kept)
    : await storedGrant(deps, by.companyId, row.oauth_grant_id)
  const { address, name = row.name } = chosen
  const channelId = await addChannel(deps, actorOf(by), { ...newChannel(row, type), name, address, grant })
  await handToGrant(deps.db, by.companyId, row.id, grant.id)
  return channelId
}

async function exchange(deps: FinishDeps, companyId: number, type: Type, row: AuthorizationRow, code: string) {
  const client = await clientOf(deps.db, deps.sealer, companyId, type)
  const verifier = openVerifier(deps.sealer, companyId, row)
  const redirect = redirectUri(deps.urls, type.uid)
  const asked = { grant: 'authorization_code', code, redirectUri: redirect, verifier } as const
  const result = await requestTokens(client, asked, deps.allow)
  if (result.kind !== 'tokens') throw new ApiError('authorization_failed', result.message)
  const identity = await identify(client, result.tokens.accessToken, type.oauth2.credentials_mode, deps.allow)
  const owner: Owner = { id: identity.id, name: identity.name }
  return { grant: { tokens: result.tokens, owner }, identity }
}

/** Of an owner who has a grant already the channels share it. */
async function channelGrant(db: Reader, companyId: number, typeId: number, fresh: NewGrant): Promise<ChannelGrant> {
  const [known] = await db.query<{ id: number }>(
    'grant_of_owner',
    'select id from oauth_grants where company_id = $1 and channel_type_id = $2 and owner_id = $3',
    [companyId, typeId, fresh.owner.id],
  )
  return { id: known?.id ?? (await drawNumbers(db, companyId, 1)), accessToken: fresh.tokens.accessToken, fresh }
}

async function storedGrant(deps: FinishDeps, companyId: number, id: number | null): Promise<ChannelGrant> {
  if (id === null) throw new ApiError('authorization_expired')
  return { id, accessToken: await accessTokenOf(deps, companyId, id), fresh: null }
}

async function offer(
  deps: FinishDeps,
  companyId: number,
  type: Type,
  row: AuthorizationRow,
  grant: NewGrant,
): Promise<Finished> {
  const addresses = await listAddresses({
    url: type.server_url,
    ...(await signingSecrets(deps.db, deps.sealer, companyId, type.id)),
    accessToken: grant.tokens.accessToken,
    agentKey: `addresses ${companyId} ${type.id}`,
    allow: deps.allow,
  })
  if (addresses.length === 0) {
    throw new ApiError(
      'channel_refused',
      "The channel's server has no address for this account. Create one there, and begin again.",
    )
  }
  await keepTokens(deps, companyId, row.id, grant)
  const taken = await takenAddresses(deps.db, companyId, type.id)
  return {
    outcome: 'choose_address',
    id: row.id,
    ownerName: grant.owner.name,
    addresses: addresses.map((one) => ({ ...one, is_taken: taken.has(one.address) })),
  }
}

async function takenAddresses(db: Reader, companyId: number, typeId: number): Promise<Set<string>> {
  const rows = await db.query<{ address: string }>(
    'addresses_of_type',
    'select address from channels where company_id = $1 and channel_type_id = $2 and deleted_at is null',
    [companyId, typeId],
  )
  return new Set(rows.map(({ address }) => address))
}

/** New tokens for a channel that exists: its server is asked as when it was added, and all else stays. */
async function again(
  deps: FinishDeps,
  by: Session,
  type: Type,
  channelId: number,
  grant: NewGrant,
  identity: Identity,
): Promise<Finished> {
  const { companyId } = by
  const channel = await findChannel(deps.db, companyId, channelId)
  if (!channel) throw new ApiError('not_found')
  const before = await ownerOf(deps.db, companyId, channelId)
  refuseOther(channel, before, identity)
  const secrets = await signingSecrets(deps.db, deps.sealer, companyId, type.id)
  const publicChannelId = publicId('cha', companyId, channelId)
  const request = {
    type,
    publicId: publicChannelId,
    credential: grant.tokens.accessToken,
    channel: { address: channel.address },
  }
  const webhookUrl = readAuthorization(await askForAuthorization(deps, request, secrets), type.server_url, deps.allow)
  const grantId = before?.id ?? (await drawNumbers(deps.db, companyId, 1))
  const channels = { ...(await channelsOf(deps.db, companyId, grantId)), [channelId]: publicChannelId }
  const actor = actorOf(by)
  const [row] = await deps.db.query<{ outcome: 'authorized' | 'no_channel' }>(
    'authorize_again',
    'select authorize_again($1) as outcome',
    [
      JSON.stringify({
        ...{ company: companyId, channel: channelId, channel_type: type.id, webhook_url: webhookUrl, channels },
        grant: grantRow(deps.sealer, companyId, grantId, grant),
        ...{ actor: actor.kind, actor_id: actor.id },
      }),
    ],
  )
  if (row?.outcome !== 'authorized') throw new ApiError('not_found')
  deps.bus.eventsCommitted(companyId)
  return { outcome: 'authorized_again', channelId }
}

interface KnownOwner {
  id: number
  owner_id: string | null
}

async function ownerOf(db: Reader, companyId: number, channelId: number): Promise<KnownOwner | undefined> {
  const [row] = await db.query<KnownOwner>(
    'owner_of_channel',
    `select g.id, g.owner_id from channels c join oauth_grants g on g.company_id = c.company_id and g.id = c.oauth_grant_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, channelId],
  )
  return row
}

function refuseOther(channel: ChannelRow, before: KnownOwner | undefined, identity: Identity): void {
  const isOtherOwner = before?.owner_id != null && identity.id !== before.owner_id
  const isOtherAddress = identity.channelAddress !== null && identity.channelAddress !== channel.address
  if (isOtherOwner || isOtherAddress) throw new ApiError('other_account')
}

function denied({ error = 'no code', error_description }: AuthorizationCallback): ApiError {
  const words = [error_description, error].flatMap((one) => (one ? plainText(one) : []))
  if (error === 'access_denied' && !error_description) return new ApiError('authorization_denied')
  return new ApiError(
    'authorization_denied',
    `The authorization server sent you back without a token: ${words.join(' – ')}.`,
  )
}

function newChannel(row: AuthorizationRow, type: Type) {
  return { inboxId: row.inbox_id, applicationUid: type.uid, undoSendTime: row.undo_send_time }
}

/** Throws authorization_expired when the type is gone, or has another way now. */
async function typeOf(db: Reader, companyId: number, uid: string): Promise<Type> {
  const type = await findChannelType(db, companyId, uid)
  if (type?.auth_type !== 'oauth2' || type.oauth2 === null) throw new ApiError('authorization_expired')
  return { ...type, oauth2: type.oauth2 }
}

async function typeOfNumber(db: Reader, companyId: number, id: number): Promise<Type> {
  const [row] = await db.query<{ uid: string }>(
    'uid_of_channel_type',
    'select uid from channel_types where company_id = $1 and id = $2',
    [companyId, id],
  )
  return typeOf(db, companyId, row?.uid ?? '')
}
