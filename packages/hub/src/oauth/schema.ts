import { type Static, Type } from 'typebox'
import { Channel, NewChannelBody } from '../channels/schema.ts'
import { Reference, Words } from '../http/list-schema.ts'

const Text = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description && { description }) })

export const NewAuthorization = Type.Object({
  application_uid: Type.Optional(Text(100, 'App UID of the type of a new channel')),
  inbox_id: Type.Optional(Reference('Inbox of a new channel')),
  name: Type.Optional(Words(80)),
  settings: NewChannelBody.properties.settings,
  channel_id: Type.Optional(Reference('A channel that is authorized again; nothing else is needed then')),
})

export const StartedAuthorization = Type.Object({
  authorize_url: Type.String({ description: 'Where the admin goes now. It brings them back within ten minutes, once' }),
})

export const AuthorizationCallback = Type.Object({
  application_uid: Text(100, 'From the path of the redirect URI'),
  state: Text(200),
  code: Type.Optional(Text(8_000)),
  error: Type.Optional(Text(200)),
  error_description: Type.Optional(Text(4_000)),
})
export type AuthorizationCallback = Static<typeof AuthorizationCallback>

const OfferedAddress = Type.Object({
  address: Type.String(),
  name: Type.String(),
  is_taken: Type.Boolean({ description: 'A channel has it' }),
})
export type OfferedAddress = Static<typeof OfferedAddress>

export const FinishedAuthorization = Type.Object({
  outcome: Type.Enum(['added', 'authorized_again', 'choose_address']),
  channel: Type.Optional(Channel),
  authorization_id: Type.Optional(Type.String({ description: 'With choose_address: where a channel is added' })),
  owner_name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  addresses: Type.Optional(Type.Array(OfferedAddress)),
})
export type FinishedAuthorization = Static<typeof FinishedAuthorization>

export const ChosenAddress = Type.Object({ address: Text(400), name: Type.Optional(Words(80)) })
