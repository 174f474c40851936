import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { type ChannelTypeBody, changesOf } from './fields.ts'
import { freshSecrets } from './fresh-secrets.ts'
import { type ChannelTypeDetails, channelTypesQuery } from './queries.ts'

/** Registers a type. Its secret is kept for the page that shows it once. */
export async function registerChannelType(queryClient: QueryClient, body: ChannelTypeBody): Promise<string> {
  const { body: made } = await request('POST', '/channel_types', { body })
  const { secret, ...type } = made
  freshSecrets.put(type.uid, { secret, isFirst: true })
  queryClient.setQueryData(channelTypesQuery.queryKey, (types) => types && [...types, type])
  return type.uid
}

export async function changeChannelType(
  queryClient: QueryClient,
  type: ChannelTypeDetails,
  body: ChannelTypeBody,
): Promise<void> {
  const changes = changesOf(type, body)
  if (Object.keys(changes).length === 0) return
  const { body: changed } = await request('PATCH', `/channel_types/${type.uid}`, { body: changes })
  queryClient.setQueryData(channelTypesQuery.queryKey, (types) =>
    types?.map((type) => (type.uid === changed.uid ? changed : type)),
  )
  // channels show name and icon of their type
  void queryClient.invalidateQueries({ queryKey: ['channels'] })
}

export async function rotateSecret(queryClient: QueryClient, uid: string): Promise<void> {
  const { body } = await request('POST', `/channel_types/${uid}/rotate_secret`)
  freshSecrets.put(uid, { secret: body.secret, isFirst: false })
  await queryClient.invalidateQueries({ queryKey: channelTypesQuery.queryKey })
}

export async function signWithNewSecret(queryClient: QueryClient, uid: string): Promise<void> {
  await request('POST', `/channel_types/${uid}/secrets/new/sign`)
  freshSecrets.forget(uid)
  await queryClient.invalidateQueries({ queryKey: channelTypesQuery.queryKey })
}

export async function forgetNewSecret(queryClient: QueryClient, uid: string): Promise<void> {
  await request('DELETE', `/channel_types/${uid}/secrets/new`)
  freshSecrets.forget(uid)
  await queryClient.invalidateQueries({ queryKey: channelTypesQuery.queryKey })
}

export async function endPreviousSecret(queryClient: QueryClient, uid: string): Promise<void> {
  await request('DELETE', `/channel_types/${uid}/secrets/previous`)
  await queryClient.invalidateQueries({ queryKey: channelTypesQuery.queryKey })
}

export async function deleteChannelType(queryClient: QueryClient, uid: string): Promise<void> {
  await request('DELETE', `/channel_types/${uid}`)
  freshSecrets.forget(uid)
  queryClient.setQueryData(channelTypesQuery.queryKey, (types) => types?.filter((type) => type.uid !== uid))
}
