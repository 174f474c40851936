import { plainText } from '../channel-requests/answer.ts'
import type { Owner } from '../channels/grants.ts'
import { ApiError } from '../http/api-error.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import type { Client } from './client.ts'
import { postForm } from './post-form.ts'

/** The authorization server's answer about a token. */
export interface Identity extends Owner {
  /** Name and address of the channel, for private credentials. */
  channelName: string | null
  channelAddress: string | null
}

const nobody: Identity = { id: null, name: null, channelName: null, channelAddress: null }

/** Asks whose token it is (RFC 7662), where the type has an address for that. Throws authorization_failed. */
export async function identify(client: Client, accessToken: string, mode: 'private' | 'shared', allow: AddressRules) {
  if (client.introspection_url === '') return nobody
  const fields = { token: accessToken, token_type_hint: 'access_token' }
  const result = await postForm(client, client.introspection_url, fields, allow)
  if (result.kind === 'refused') throw new ApiError('authorization_failed', result.message)
  if (result.body.active !== true) {
    throw new ApiError(
      'authorization_failed',
      'The authorization server says that the token it just gave is not valid.',
    )
  }
  return mode === 'shared' ? ownerIn(result.body) : channelIn(result.body)
}

function ownerIn(body: Record<string, unknown>): Identity {
  return { ...nobody, id: textOf(body.resource_owner_id, 400), name: textOf(body.resource_owner_name, 80) }
}

function channelIn(body: Record<string, unknown>): Identity {
  const channelName = textOf(body.front_channel_name, 80)
  const channelAddress = textOf(body.front_channel_address, 400)
  return { ...nobody, name: channelAddress ?? channelName, channelName, channelAddress }
}

function textOf(value: unknown, longest: number): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? plainText(String(value)) : ''
  return text.slice(0, longest).toWellFormed() || null
}
