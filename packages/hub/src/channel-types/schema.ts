import { capabilities, contactTypes } from '@portico/protocol'
import { type Static, Type } from 'typebox'
import { maxFileBytes } from '../http/form.ts'
import { Words } from '../http/list-schema.ts'
import { OAuth2, OAuth2Body } from './oauth2.ts'

const AuthType = Type.Enum(['none', 'api_key', 'bearer', 'basic', 'oauth2'], {
  description:
    'How Portico proves itself to the server: with what an admin enters when adding a channel, or with a token of an authorization server',
})
const ContactType = Type.Enum([...contactTypes], { description: 'What the handles of its contacts are' })
const Composer = Type.Enum(['basic', 'advanced'])

export const Capabilities = Type.Array(Type.Enum([...capabilities]), {
  maxItems: capabilities.length,
  uniqueItems: true,
  description: "What its server can do beyond Front's protocol. Nothing of the others is sent to it or taken from it",
})

const MaxBytes = Type.Integer({
  minimum: 0,
  maximum: maxFileBytes,
  description: 'Of all files of a message; 0: it takes none',
})
const MediaTypes = Type.Array(
  Type.String({ pattern: '^(?:\\*/\\*|[\\w!#$&^.+-]+/(?:\\*|[\\w!#$&^.+-]+))$', maxLength: 200 }),
  {
    maxItems: 100,
    description: '`application/pdf`, `image/*`. Absent: all',
  },
)

const AttachmentRules = Type.Object({ max_bytes: Type.Optional(MaxBytes), media_types: Type.Optional(MediaTypes) })
export type AttachmentRules = Static<typeof AttachmentRules>

/** The files that teammates may attach on a channel, with defaults filled in. */
export const AllowedAttachments = Type.Object({
  max_bytes: MaxBytes,
  media_types: Type.Union([MediaTypes, Type.Null()], { description: 'null: all' }),
})

export function withDefaults(rules: AttachmentRules | null): Static<typeof AllowedAttachments> {
  return { max_bytes: rules?.max_bytes ?? maxFileBytes, media_types: rules?.media_types ?? null }
}

/** The fields that a builder registers. Absent fields of a new type have the `defaults` of create.ts. */
const fields = {
  name: Words(80),
  description: Type.String({ maxLength: 1_000 }),
  icon: Type.Union([Type.String({ maxLength: 90_000 }), Type.Null()], {
    description: 'A data: URL of a PNG or SVG, 64 kB at most',
  }),
  server_url: Type.String({ minLength: 1, maxLength: 2_000, description: 'Where the authorization request is posted' }),
  auth_type: AuthType,
  oauth2: OAuth2Body,
  contact_type: ContactType,
  allow_compose: Type.Boolean({ description: 'New conversations may start on its channels' }),
  allow_reply: Type.Boolean(),
  composer: Composer,
  wants_delete: Type.Boolean({ description: 'Its server is told when a channel is deleted' }),
  wants_message_imported: Type.Boolean({ description: 'Its server is told of each message it pushed' }),
  message_templates: Type.Boolean({ description: 'Its server syncs message templates, which teammates can send' }),
  free_text_window_hours: Type.Union([Type.Integer({ minimum: 1, maximum: 8_760 }), Type.Null()], {
    description:
      "Free text is taken for so long after the customer's last message, then only templates. null: always. Needs message_templates",
  }),
  capabilities: Capabilities,
  wants_list_addresses: Type.Boolean({
    description:
      'With shared credentials: its server is asked for the addresses of an authorization, of which an admin chooses',
  }),
  idempotent: Type.Boolean({
    description: 'Its server takes a repeated message id as one message; so unsure sends are repeated',
  }),
  single_use_tokens: Type.Boolean({ description: 'Each channel token works once' }),
  max_in_flight: Type.Integer({ minimum: 1, maximum: 32, description: 'Requests at a time to one channel' }),
  attachments: Type.Union([AttachmentRules, Type.Null()], {
    description: 'What teammates may attach; null: files of all types, 25 MB in all',
  }),
  numeric_alias: Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()], {
    description: 'A number that may stand for the App UID as `iss` of channel tokens',
  }),
}

export const NewChannelType = Type.Intersect([
  Type.Object({ name: fields.name, server_url: fields.server_url }),
  Type.Partial(Type.Object(fields)),
])
export type NewChannelType = Static<typeof NewChannelType>

export const ChannelTypeChange = Type.Partial(Type.Object(fields))
export type ChannelTypeChange = Static<typeof ChannelTypeChange>

export const SecretState = Type.Object({
  state: Type.Enum(['new', 'current', 'previous'], { description: 'The current one signs' }),
  created_at: Type.Number(),
  expires_at: Type.Union([Type.Number(), Type.Null()]),
  last_verified_at: Type.Union([Type.Number(), Type.Null()], {
    description: 'When it last verified a token of a channel; null: never seen. Stored within some seconds',
  }),
  last_signed_at: Type.Union([Type.Number(), Type.Null()], {
    description: 'When it last signed a message that was answered, in X-Front-Signature; null: never seen',
  }),
})
export type SecretState = Static<typeof SecretState>

/** A channel type; what only admins see is absent for others. */
export const ChannelType = Type.Object(
  {
    _links: Type.Object({ self: Type.String() }),
    uid: Type.String({ description: 'The App UID: `iss` of channel tokens' }),
    name: Type.String(),
    description: Type.String(),
    icon: fields.icon,
    contact_type: ContactType,
    allow_compose: Type.Boolean(),
    allow_reply: Type.Boolean(),
    composer: Composer,
    message_templates: fields.message_templates,
    free_text_window_hours: fields.free_text_window_hours,
    capabilities: Capabilities,
    attachments: AllowedAttachments,
    is_custom: Type.Boolean({
      description:
        'The type of the custom channels, the older kind: they are added with a webhook URL, and nobody is asked',
    }),
    created_at: Type.Number({ description: 'Seconds' }),
    ...Type.Partial(
      Type.Object({
        server_url: Type.String(),
        auth_type: AuthType,
        oauth2: Type.Union([OAuth2, Type.Null()]),
        redirect_uri: Type.Union([Type.String(), Type.Null()], {
          description: 'To be registered at the authorization server, for authorization_code',
        }),
        wants_delete: fields.wants_delete,
        wants_message_imported: fields.wants_message_imported,
        wants_list_addresses: fields.wants_list_addresses,
        idempotent: fields.idempotent,
        single_use_tokens: fields.single_use_tokens,
        max_in_flight: Type.Integer(),
        numeric_alias: fields.numeric_alias,
        channels: Type.Integer({ description: 'How many use it, also in inboxes that the caller does not have' }),
        secrets: Type.Array(SecretState, { description: 'Newest first. All verify channel tokens' }),
      }),
    ).properties,
  },
  { $id: 'ChannelType' },
)
export type ChannelType = Static<typeof ChannelType>

const secret = Type.String({ description: '64 hex characters, shown this once' })

export const CreatedChannelType = Type.Object({ ...ChannelType.properties, secret })
export const RotatedSecret = Type.Object({ secret })
export const SigningSecret = Type.Object({
  previous_expires_at: Type.Number({
    description: 'Until then tokens signed with the secret before it are accepted. Seconds',
  }),
})
