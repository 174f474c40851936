import { contactTypes } from '@portico/protocol'
import { ChannelHealth } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'
import { AllowedAttachments, Capabilities } from '../channel-types/schema.ts'
import { Reference, Words } from '../http/list-schema.ts'

const UndoSendTime = Type.Enum([0, 5, 10, 15, 30, 60], {
  description: 'Seconds a message is held back, so that it can be undone',
})
const Nullable = <T extends import('typebox').TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Front's ChannelResponse, with Portico's: inbox_id, status, channel_type, health, created_at, webhook_url. */
export const Channel = Type.Object(
  {
    _links: Type.Object({
      self: Type.String(),
      related: Type.Object({ inbox: Type.String(), owner: Type.String() }),
    }),
    id: Type.String(),
    name: Type.String(),
    address: Type.String(),
    type: Type.Literal('custom'),
    send_as: Type.String(),
    settings: Type.Object({ undo_send_time: UndoSendTime, all_teammates_can_reply: Type.Boolean() }),
    is_private: Type.Boolean(),
    is_valid: Type.Boolean({ description: 'false while the channel says it is offline' }),
    inbox_id: Type.String(),
    status: ChannelHealth.properties.status,
    channel_type: Type.Object({
      uid: Type.String(),
      name: Type.String(),
      icon: Nullable(Type.String({ description: 'Path of the picture' })),
      allow_reply: Type.Boolean(),
      allow_compose: Type.Boolean(),
      composer: Type.Enum(['basic', 'advanced']),
      message_templates: Type.Boolean(),
      free_text_window_hours: Nullable(
        Type.Integer({ description: 'Free text is taken for so long after the last inbound message. null: always' }),
      ),
      capabilities: Capabilities,
      contact_type: Type.Enum([...contactTypes]),
      idempotent: Type.Boolean({ description: 'What may have arrived is sent again by itself' }),
      attachments: AllowedAttachments,
      is_custom: Type.Boolean({ description: 'A custom channel, the older kind: its webhook URL can be changed' }),
    }),
    health: Type.Object(
      {
        state: Type.Enum(['ok', 'failing', 'paused']),
        since: Nullable(Type.Number({ description: 'Seconds' })),
        last_error: Nullable(Type.String()),
        held_until: Nullable(
          Type.Number({ description: 'Its server asked for a pause: nothing is sent by itself before. Seconds' }),
        ),
        next_try_at: Nullable(Type.Number({ description: 'Seconds' })),
      },
      { description: 'How its server has been answering. paused: nothing is sent until next_try_at' },
    ),
    authorization: Nullable(
      Type.Object(
        {
          state: Type.Enum(['ok', 'failing', 'ended'], {
            description:
              'failing: the token cannot be renewed at the moment. ended: an admin has to authorize the channel again',
          }),
          server: Nullable(
            Type.String({
              description:
                'Host of the authorization server, where an admin can agree again. Null: nobody is asked there',
            }),
          ),
          owner_name: Nullable(Type.String({ description: 'Who authorized it, as the authorization server says' })),
          obtained_at: Nullable(Type.Number({ description: 'Since when the token is in use. Seconds' })),
          expires_at: Nullable(Type.Number({ description: 'It is renewed before. Null: it does not expire. Seconds' })),
          ended_at: Nullable(Type.Number({ description: 'Seconds' })),
          last_error: Nullable(Type.String()),
        },
        { description: 'Of a type with oauth2: how it stands with its token. Null for others' },
      ),
    ),
    deliveries_stopped_at: Nullable(
      Type.Number({ description: 'Since when an admin has stopped its deliveries: messages wait. Seconds' }),
    ),
    created_at: Type.Number({ description: 'Seconds' }),
    webhook_url: Type.Optional(Type.String({ description: 'Where its requests go. Admins only' })),
  },
  { $id: 'Channel' },
)
export type Channel = Static<typeof Channel>

const Credential = Type.Optional(Type.String({ maxLength: 4_000 }))

/** Front's CreateChannel, for application channels, and without `application_uid` for custom channels. */
export const NewChannelBody = Type.Object({
  type: Type.Literal('custom'),
  application_uid: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'App UID of its channel type. Without it: a custom channel, the older kind',
    }),
  ),
  name: Type.Optional(Words(80)),
  credentials: Type.Optional(
    Type.Object(
      {
        ...{ api_key: Credential, access_token: Credential, username: Credential, password: Credential },
        ...{ client_id: Credential, client_secret: Credential },
      },
      {
        description:
          'By auth_type of the channel type: none: omit; api_key: {"api_key"}; bearer: {"access_token"}; basic: {"username", "password"}; ' +
          'oauth2: by its grant: client_credentials: {"client_id", "client_secret"}; password: {"username", "password"}; ' +
          'authorization_code: such a channel is added with POST /channel_authorizations',
      },
    ),
  ),
  settings: Type.Optional(
    Type.Object({
      undo_send_time: Type.Optional(UndoSendTime),
      webhook_url: Type.Optional(
        Type.Union([Type.String({ maxLength: 2_000 }), Type.Null()], {
          description: 'Of a custom channel: where its messages are posted',
        }),
      ),
    }),
  ),
})
export type NewChannelBody = Static<typeof NewChannelBody>

export const ChannelChangeBody = Type.Object({
  status: Type.Optional(ChannelHealth.properties.status),
  name: Type.Optional(Words(80)),
  settings: Type.Optional(
    Type.Object({
      undo_send_time: Type.Optional(UndoSendTime),
      webhook_url: Type.Optional(
        Type.Union([Type.String({ maxLength: 2_000 }), Type.Null()], {
          description: 'Of a custom channel: where its messages are posted from now on, those that wait too',
        }),
      ),
    }),
  ),
  inbox_id: Type.Optional(Reference('Moves the channel and its conversations')),
})
export type ChannelChangeBody = Static<typeof ChannelChangeBody>
