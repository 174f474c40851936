import { type TSchema, Type } from 'typebox'
import { type ErrorCode, errorCatalogue } from './errors.ts'
import { limits } from './limits.ts'

/**
 * The schemas of the wire. The types of wire.ts, the hub's validation and OpenAPI, and the published wire.d.ts are all made from
 * these.
 */
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(nullable(schema))

const createdAt = Type.Number({ description: 'Seconds, with milliseconds' })
const html = Type.String({ description: 'HTML' })
const plainText = Type.String({ description: 'Plain text' })

/** An id that the channel chose: not blank, at most 200 characters. */
export const ExternalId = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })

export const errorTypes = [
  'bad_request',
  'authentication_required',
  'forbidden',
  'not_found',
  'request_timeout',
  'too_many_requests',
  'internal_error',
] as const
export const ErrorType = Type.Enum([...errorTypes], { description: 'What kind of refusal it is.' })

// Hub → channel server

const ChannelPayload = Type.Object({ channel_id: Type.String({ description: '`cha_…`' }) })

export const ConversationReference = Type.Object(
  {
    external_conversation_id: Type.Optional(Type.String({ description: 'The first of them, for older channels.' })),
    external_conversation_ids: Type.Array(Type.String()),
  },
  {
    description:
      "The channel's own ids of the conversation: none when it starts here, several when conversations were merged.",
  },
)

export const MessageChangeReference = Type.Object(
  {
    ...ConversationReference.properties,
    external_id: Type.Optional(
      Type.String({ description: "The channel's own id of the message that is changed, where it gave one." }),
    ),
    version: Type.Integer({
      minimum: 1,
      description:
        'Grows with each change of this kind of this message. A version that came already, or an older one, changes nothing.',
    }),
  },
  { description: 'The conversation and message of a change, and its version.' },
)

export const Author = Type.Object({
  _links: Type.Object({
    self: Type.String(),
    related: Type.Object({ inboxes: Type.String(), conversations: Type.String() }),
  }),
  id: Type.String({ description: '`tea_…`' }),
  email: Type.String(),
  username: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  is_admin: Type.Boolean(),
  is_available: Type.Boolean(),
  is_blocked: Type.Boolean(),
  license_type: Type.Optional(Type.String()),
  type: Type.Optional(Type.String({ description: '`user` for a person.' })),
  custom_fields: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  display_name: Type.Optional(
    Type.String({ description: 'Portico, for types with `teammate_profiles`: the name for customers' }),
  ),
  avatar_url: Type.Optional(
    nullable(
      Type.String({ description: 'Portico, for types with `teammate_profiles`: a picture, loaded without a token' }),
    ),
  ),
})

export const RecipientRole = Type.Enum(['from', 'to', 'cc', 'bcc', 'reply-to'])

export const Recipient = Type.Object({
  _links: Type.Object({ related: Type.Object({ contact: nullable(Type.String()) }) }),
  name: nullable(Type.String()),
  handle: Type.String(),
  role: RecipientRole,
})

const recipients = Type.Array(Recipient, {
  contains: Type.Object({ role: Type.Literal('to') }),
  description: 'At least one of them has the role `to`.',
})

export const Attachment = Type.Object({
  id: Type.String(),
  filename: Type.String(),
  url: Type.String({ description: 'Downloaded with a channel token.' }),
  content_type: Type.String(),
  size: Type.Integer({ minimum: 0, description: 'Bytes' }),
  metadata: Type.Object({
    is_inline: Type.Boolean(),
    cid: Type.Optional(Type.String()),
    width: Type.Optional(Type.Integer({ description: 'Portico extension. Pixels of a picture, as it is seen' })),
    height: Type.Optional(Type.Integer()),
  }),
})

export const templateVariableTypes = ['text', 'file', 'image', 'video'] as const

export const SentTemplate = Type.Object(
  {
    external_id: Type.String({ description: "The channel's own id of the template" }),
    name: Type.String(),
    variables: Type.Array(
      Type.Object({
        uid: Type.String(),
        name: Type.String(),
        type: Type.Enum([...templateVariableTypes]),
        value: Type.String({ description: 'Of a file, image or video the `url` of one of the `attachments`' }),
      }),
      { description: "In the template's order" },
    ),
  },
  { description: 'The message template that the message was made of. `body` and `text` are what it says.' },
)

const httpUrl = (description: string) =>
  Type.String({ maxLength: limits.url, pattern: '^[hH][tT][tT][pP][sS]?://[^\\s]+$', description })

export const Button = Type.Object(
  {
    id: Type.String({ ...ExternalId, description: 'What a press of it says. Unique in the message' }),
    title: Type.String({
      maxLength: limits.buttonTitle,
      pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+$',
      description: 'What the customer reads, on one line. Unique in the message',
    }),
    url: Type.Optional(httpUrl('It opens this page; without it a press is an answer.')),
  },
  { description: 'Portico extension, for types with the capability `buttons`.' },
)

export const Buttons = Type.Array(Button, { minItems: 1, maxItems: limits.buttons })

export const PressedButton = Type.Object(
  {
    id: Type.String({ ...ExternalId, description: 'Of the button' }),
    title: optional(Type.String({ maxLength: limits.place, description: 'As the customer read it' })),
  },
  { description: 'Portico extension, for types with the capability `buttons`: the customer pressed it.' },
)

export const Location = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees, north of the equator' }),
    longitude: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees, east of Greenwich' }),
    name: optional(Type.String({ maxLength: limits.place, description: 'Of the place' })),
    address: optional(Type.String({ maxLength: limits.postalAddress })),
    url: optional(httpUrl('A page about the place')),
  },
  { description: 'Portico extension, for types with the capability `locations`.' },
)

export const MessageMetadata = Type.Object({
  external_id: Type.Optional(Type.String()),
  application_message_template: Type.Optional(SentTemplate),
  buttons: Type.Optional(Buttons),
  pressed_button: Type.Optional(PressedButton),
  location: Type.Optional(Location),
  headers: Type.Optional(Type.Object({ in_reply_to: nullable(Type.String()) })),
})

export const MessagePayload = Type.Object({
  _links: Type.Object({
    self: Type.String(),
    related: Type.Object({
      conversation: Type.String(),
      message_replied_to: Type.Optional(Type.String()),
      message_seen: Type.Optional(Type.String()),
    }),
  }),
  id: Type.String({ pattern: '^msg_[0-9a-z]+$', description: '`msg_…`; the same when a message is sent again.' }),
  message_uid: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  type: Type.String({ description: '`custom`: through an application channel.' }),
  is_inbound: Type.Boolean(),
  created_at: createdAt,
  blurb: Type.String({ description: 'A short preview.' }),
  body: html,
  text: plainText,
  error_type: nullable(Type.String()),
  version: nullable(Type.String()),
  subject: nullable(Type.String()),
  draft_mode: nullable(Type.String()),
  metadata: MessageMetadata,
  author: Type.Union([Author, Type.Null()], { description: 'Who wrote it; null when no person did.' }),
  recipients,
  attachments: Type.Array(Attachment),
  signature: Type.Null(),
  is_draft: Type.Boolean(),
})

export const AutoreplyPayload = Type.Object(
  {
    _links: Type.Object({
      related: Type.Object({ conversation: Type.String(), message_replied_to: Type.String() }),
    }),
    type: Type.Literal('auto_reply'),
    is_inbound: Type.Boolean(),
    created_at: createdAt,
    body: html,
    text: plainText,
    recipients,
    attachments: Type.Array(Attachment),
  },
  { not: { required: ['id'] } },
)

/** A request has no field but `type`, `payload` and `metadata`: receivers tell channel requests from webhooks by that. */
const request = (name: string, description: string) => ({ $id: name, additionalProperties: false, description })

export const AuthorizationRequest = Type.Object(
  {
    type: Type.Literal('authorization'),
    payload: Type.Object({
      ...ChannelPayload.properties,
      address: Type.Optional(
        Type.String({ description: 'The one that was chosen of `list_addresses`, where the type asked for that.' }),
      ),
    }),
  },
  request(
    'AuthorizationRequest',
    'Hub → channel server, POST to the server URL, when an admin adds a channel, or authorizes one again.',
  ),
)
export const ListAddressesRequest = Type.Object(
  {
    type: Type.Literal('list_addresses'),
    payload: Type.Object({
      page_token: Type.Optional(Type.String({ description: '`next_page_token` of the answer before.' })),
    }),
  },
  request(
    'ListAddressesRequest',
    'Hub → channel server, POST to the server URL, only where the type asked for it: which addresses an authorization has.',
  ),
)
export const MessageRequest = Type.Object(
  { type: Type.Literal('message'), payload: MessagePayload, metadata: ConversationReference },
  request('MessageRequest', "Hub → channel server, POST: a teammate's message on its way to the customer."),
)
export const MessageAutoreplyRequest = Type.Object(
  { type: Type.Literal('message_autoreply'), payload: AutoreplyPayload, metadata: ConversationReference },
  request(
    'MessageAutoreplyRequest',
    'Hub → channel server, POST: a rule answered. Its payload has no id, and no author.',
  ),
)
export const MessageImportedRequest = Type.Object(
  { type: Type.Literal('message_imported'), payload: MessagePayload, metadata: ConversationReference },
  request('MessageImportedRequest', 'Hub → channel server, POST: a message the channel pushed is in the inbox now.'),
)
export const MessageEditedRequest = Type.Object(
  { type: Type.Literal('message_edited'), payload: MessagePayload, metadata: MessageChangeReference },
  request(
    'MessageEditedRequest',
    'Portico extension. Hub → channel server, POST, with the capability `edits`: a sent message says something else now.',
  ),
)
export const MessageDeletedRequest = Type.Object(
  {
    type: Type.Literal('message_deleted'),
    payload: Type.Object({
      id: Type.String({ pattern: '^msg_[0-9a-z]+$', description: '`msg_…`' }),
      message_uid: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    }),
    metadata: MessageChangeReference,
  },
  request(
    'MessageDeletedRequest',
    'Portico extension. Hub → channel server, POST, with the capability `deletions`: a sent message was removed.',
  ),
)
export const ReactionRequest = Type.Object(
  {
    type: Type.Literal('reaction'),
    payload: Type.Object({
      id: Type.String({ pattern: '^msg_[0-9a-z]+$', description: '`msg_…`, the message that has them' }),
      emojis: Type.Array(Type.String({ description: 'One emoji, in its full form' }), {
        description: 'All that the company has on the message now, the newest last',
      }),
      author: Type.Union([Author, Type.Null()], { description: 'The teammate who changed them last' }),
    }),
    metadata: MessageChangeReference,
  },
  request(
    'ReactionRequest',
    'Portico extension. Hub → channel server, POST, with the capability `reactions`: the company reacted to a message.',
  ),
)
export const ConversationStatusRequest = Type.Object(
  {
    type: Type.Literal('conversation_status'),
    payload: Type.Object({
      id: Type.String({ pattern: '^cnv_[0-9a-z]+$', description: '`cnv_…`' }),
      status: Type.Enum(['open', 'archived', 'deleted'], { description: 'deleted: in the trash, or spam' }),
      assignee: Type.Union([Author, Type.Null()], { description: 'Who looks after it' }),
      changed_at: Type.Number({ description: 'Seconds' }),
    }),
    metadata: Type.Object({
      ...ConversationReference.properties,
      version: MessageChangeReference.properties.version,
    }),
  },
  request(
    'ConversationStatusRequest',
    'Portico extension. Hub → channel server, POST, with the capability `conversation_status`: what holds of a conversation now.',
  ),
)
export const DeleteRequest = Type.Object(
  { type: Type.Literal('delete'), payload: ChannelPayload },
  request('DeleteRequest', 'Hub → channel server, DELETE with this body: the channel is gone.'),
)
export const TypingRequest = Type.Object(
  {
    type: Type.Literal('typing'),
    payload: Type.Object({
      is_typing: Type.Boolean({ description: 'True holds for 6 seconds, unless it is said again.' }),
      author: Author,
    }),
    metadata: ConversationReference,
  },
  request(
    'TypingRequest',
    'Portico. Hub → channel server, POST, to types with the capability `typing`: a teammate writes a reply, or stopped. Sent once.',
  ),
)
export const ChannelRequest = Type.Union([
  AuthorizationRequest,
  ListAddressesRequest,
  MessageRequest,
  MessageAutoreplyRequest,
  MessageImportedRequest,
  MessageEditedRequest,
  MessageDeletedRequest,
  ReactionRequest,
  ConversationStatusRequest,
  DeleteRequest,
  TypingRequest,
])

// Channel server → hub, in its answers

export const AuthorizationAnswer = Type.Object(
  {
    type: Type.Literal('success'),
    webhook_url: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
  },
  {
    description:
      'Channel server → hub, as its answer to `authorization`. Without a URL, what follows goes to the server URL.',
  },
)

export const ListAddressesAnswer = Type.Object(
  {
    type: Type.Literal('success'),
    addresses: Type.Array(Type.Object({ address: Type.String(), name: Type.Optional(Type.String()) })),
    pagination: Type.Optional(Type.Object({ next_page_token: Type.Optional(Type.String()) })),
  },
  { description: 'Channel server → hub, as its answer to `list_addresses`.' },
)

export const MessageAnswer = Type.Object(
  {
    type: Type.Literal('success'),
    external_id: Type.Optional(ExternalId),
    external_conversation_id: Type.Optional(ExternalId),
  },
  {
    description:
      'Channel server → hub, as its answer to `message` and `message_autoreply`. Ids have at most 200 characters.',
  },
)

/** The answers that the hub takes for success: older servers give ids without a `type`. */
export const LenientMessageAnswer = Type.Union([
  MessageAnswer,
  Type.Object({
    type: Type.Optional(Type.Never()),
    external_id: ExternalId,
    external_conversation_id: Type.Optional(ExternalId),
  }),
  Type.Object({
    type: Type.Optional(Type.Never()),
    external_id: Type.Optional(ExternalId),
    external_conversation_id: ExternalId,
  }),
])

export const RefusalAnswer = Type.Object(
  { type: ErrorType, message: Type.String() },
  {
    description: 'Channel server → hub, as its answer to anything: no, and why, in words that the teammate reads.',
  },
)

// Channel server → hub, in its requests. Fields that are not named here are ignored.

export const Person = Type.Object(
  {
    handle: Type.String({
      minLength: 1,
      maxLength: limits.handle,
      pattern: '\\S',
      description: "Unique in the channel's contact type. Phone numbers with + and country code",
    }),
    name: optional(
      Type.String({ maxLength: limits.name, description: 'Given to the contact when it has no name yet' }),
    ),
    email: optional(Type.String({ maxLength: 320, description: 'Links to the contact that has this address' })),
  },
  { description: 'A customer as the channel knows them.' },
)

const pushed = {
  subject: optional(Type.String({ maxLength: limits.subject })),
  body: Type.String({
    maxLength: 1 << 20,
    description:
      'HTML when it has a known element, else plain text. Blank only when there is a file, a pressed button or a location',
  }),
  metadata: Type.Object({
    external_id: Type.String({
      ...ExternalId,
      description: "The message's id in the channel: what is pushed twice is stored once.",
    }),
    external_conversation_id: Type.String({
      ...ExternalId,
      description: "The conversation's id in the channel: the only thing that threads.",
    }),
    referenced_message_external_id: optional(
      Type.String({ ...ExternalId, description: 'The id of the message that this one answers.' }),
    ),
    pressed_button: optional(PressedButton),
    location: optional(Location),
  }),
  // the limit is the end of the year 9999; the hub compares the time with its clock when the message arrives
  delivered_at: optional(
    Type.Integer({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds; at most a day ahead. Now by default' }),
  ),
}

export const InboundMessage = Type.Object(
  { sender: Person, ...pushed },
  { description: 'Channel server → hub, `POST /channels/{id}/inbound_messages`: a customer wrote.' },
)

export const PushedOutboundMessage = Type.Object(
  {
    // the official template still sends a single object
    to: Type.Union([Type.Array(Person, { minItems: 1, maxItems: 100 }), Person], {
      description: 'A single object is the older form.',
    }),
    sender_name: optional(Type.String({ maxLength: limits.name })),
    author_id: optional(
      Type.String({
        maxLength: limits.reference,
        description: 'A teammate id or alt:email: alias. Without it the channel itself is shown as the author',
      }),
    ),
    ...pushed,
  },
  {
    description: 'Channel server → hub, `POST /channels/{id}/outbound_messages`: the company wrote, elsewhere.',
  },
)

export const CustomMessage = Type.Object(
  {
    sender: Type.Object({
      handle: Person.properties.handle,
      name: Person.properties.name,
      contact_id: optional(
        Type.String({
          maxLength: 300,
          description: '`crd_…`: whose handle this is. Refused when it is that of another contact',
        }),
      ),
    }),
    subject: optional(Type.String({ maxLength: limits.subject })),
    body: pushed.body,
    body_format: Type.Optional(Type.Enum(['markdown', 'html'], { description: 'markdown by default' })),
    metadata: Type.Optional(
      Type.Object({
        thread_ref: optional(
          Type.String({ maxLength: 200, description: 'Threads messages. Without it the sender does' }),
        ),
        headers: optional(
          Type.Record(Type.String(), Type.Unknown(), {
            description:
              'Anything that the bridge keeps with the message: read in `metadata.headers` of it. 10,000 characters of JSON',
          }),
        ),
      }),
    ),
  },
  {
    description:
      'Bridge of a custom channel, the older kind → hub, `POST /channels/{id}/incoming_messages`, with an API token.',
  },
)

const occurredAt = optional(
  Type.Number({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds; at most a day ahead. Now by default' }),
)

export const MessageStatus = Type.Object(
  {
    status: Type.Enum(['failed', 'delivered', 'read'], {
      description: 'Portico extension: `delivered` and `read`, of types with the capability `receipts`',
    }),
    reason: optional(Type.String({ maxLength: limits.reason, description: 'Of a failure' })),
    occurred_at: occurredAt,
    and_earlier: Type.Optional(
      Type.Boolean({ description: 'Portico extension: also the messages before it in its conversation' }),
    ),
  },
  {
    description:
      'Channel server → hub, `PUT …/messages/{external_id}/status`: what became of it after it had been accepted.',
  },
)

export const ReportedReactions = Type.Object(
  {
    sender: optional(
      Type.Object(
        { handle: Person.properties.handle, name: optional(Type.String({ maxLength: limits.name })) },
        { description: "The customer who reacted. Absent: the company did, in the channel's own app" },
      ),
    ),
    emojis: Type.Array(Type.String({ maxLength: 200 }), {
      maxItems: 10,
      description: 'All that they have on the message now, the newest last; empty when they took back the last',
    }),
    occurred_at: optional(
      Type.Number({
        minimum: 0,
        maximum: 253_402_300_799,
        description: 'Seconds; at most a day ahead. What is older than the last change is ignored. Now by default',
      }),
    ),
  },
  {
    description:
      'Channel server → hub, `PUT …/messages/{external_id}/reactions`, of types with the capability `reactions`.',
  },
)

export const ReportedEdit = Type.Object(
  { body: pushed.body, occurred_at: occurredAt },
  {
    description:
      'Portico extension. Channel server → hub, `PATCH …/messages/{external_id}`: the message says something else at the channel now.',
  },
)

export const ReportedDeletion = Type.Object(
  { occurred_at: occurredAt },
  {
    description:
      'Portico extension. Channel server → hub, `DELETE …/messages/{external_id}`: the message was removed at the channel.',
  },
)

export const TypingReport = Type.Object(
  {
    sender: Type.Object({ handle: Person.properties.handle, name: optional(Type.String({ maxLength: limits.name })) }),
    is_typing: Type.Boolean({ description: 'True holds for 6 seconds, unless it is said again.' }),
    metadata: Type.Object({ external_conversation_id: ExternalId }),
  },
  {
    description:
      'Portico. Channel server → hub, `POST /channels/{id}/typing`, of types with the capability `typing`: a customer writes, or stopped.',
  },
)
/** Up to the end of the year 9999. Smaller than the minimum is a time in seconds, taken for milliseconds. */
const milliseconds = (description: string) =>
  optional(Type.Number({ minimum: 100_000_000_000, maximum: 253_402_300_799_999, description }))

const agentEmail = optional(Type.String({ maxLength: 320, description: 'The teammate at the phone' }))

export const CallParty = Type.Object(
  {
    handle: Type.String({ maxLength: limits.handle, description: 'Empty or "anonymous": the number is withheld' }),
    name: optional(Type.String({ maxLength: limits.name })),
  },
  { description: 'The other party of a call.' },
)

const parentCallId = optional(
  Type.String({
    maxLength: 200,
    description: 'The call that this one is a leg of, after a transfer. Absent, empty or its own id: none',
  }),
)

export const NewCall = Type.Object(
  {
    external_call_id: Type.String({ ...ExternalId, description: "The call's id in the channel." }),
    direction: Type.Enum(['inbound', 'outbound']),
    initial_status: Type.Enum(['queued', 'ringing']),
    from: Type.Optional(CallParty),
    to: Type.Optional(CallParty),
    parent_external_call_id: parentCallId,
    external_parent_call_id: parentCallId,
    external_conversation_id: optional(
      Type.String({
        maxLength: 200,
        description: 'Portico extension: the conversation of the channel that the call belongs to',
      }),
    ),
    started_at: milliseconds('Milliseconds; at most a day ahead. Now by default'),
    agent_email_address: agentEmail,
  },
  {
    description:
      'Channel server → hub, `POST /channels/{id}/calls`: a call begins. Inbound calls have `from`, outbound calls `to`.',
  },
)

export const CallUpdate = Type.Object(
  {
    call_status: Type.Enum(
      ['queued', 'ringing', 'connected', 'resumed', 'hold', 'hangup', 'abandoned', 'missed', 'transferred'],
      { description: '`resumed` is `connected` again' },
    ),
    occurred_at: milliseconds('Milliseconds; at most a day ahead. Updates are sorted by it. Now by default'),
    agent_email_address: agentEmail,
  },
  { description: 'Channel server → hub, `PATCH /channels/{id}/calls/{external_call_id}`, in any order.' },
)

export const CallRecording = Type.Object(
  { recording_type: Type.Enum(['call', 'voicemail']) },
  {
    description:
      'Channel server → hub, `POST …/calls/{external_call_id}/recording`, a form: beside it one audio file in `attachments`.',
  },
)

export const CallSummary = Type.Object(
  { content: Type.String({ minLength: 1, maxLength: 100_000, pattern: '\\S' }) },
  { description: 'Channel server → hub, `POST …/calls/{external_call_id}/summary`: plain text.' },
)

export const TranscriptLine = Type.Object({
  speaker_name: Type.String({ maxLength: limits.name }),
  content: Type.String({ maxLength: 50_000 }),
  start_time_seconds: Type.Number({
    minimum: 0,
    maximum: 1_000_000,
    description: 'From the beginning of the recording',
  }),
  speaker_type: Type.Enum(['internal', 'external'], { description: 'internal: our side' }),
})

export const CallTranscript = Type.Object(
  { lines: Type.Array(TranscriptLine, { minItems: 1, maxItems: 20_000 }) },
  { description: 'Channel server → hub, `POST …/calls/{external_call_id}/transcript`: replaces the one before.' },
)

export const CallAccepted = Type.Object(
  { status: Type.Literal('accepted') },
  { description: 'Hub → channel server: stored, durably.' },
)

export const ChannelHealth = Type.Object(
  { status: Type.Enum(['ok', 'offline']) },
  { description: 'Channel server → hub, `PATCH /channels/{id}`.' },
)
/** A template's name in the channel, as its server tells it. */
const templateWords = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', description })

export const TemplateVariable = Type.Object({
  uid: templateWords(200, 'Unique in the template. `{{uid}}` in the preview stands for its value'),
  name: templateWords(200, 'What a teammate reads beside its field'),
  type: Type.Enum([...templateVariableTypes]),
})

const templateFields = {
  name: templateWords(limits.name, 'What teammates look for'),
  blurb: Type.String({ maxLength: 1_024, description: 'A short preview in plain text' }),
  is_disabled: Type.Boolean({ description: 'true: it is listed, and cannot be sent' }),
  status_name: Type.Enum(['PENDING', 'APPROVED', 'REJECTED'], { description: 'Only APPROVED ones are sent' }),
  variable_mappings: Type.Array(TemplateVariable, { maxItems: 50 }),
  template_preview: Type.String({ maxLength: 100_000, description: 'HTML: what the message says' }),
}

export const ApplicationMessageTemplate = Type.Object(
  { external_id: ExternalId, ...templateFields },
  {
    description:
      'Channel server → hub, `PUT /channels/{id}/application_message_templates`: a message template, made or replaced.',
  },
)
export const ApplicationMessageTemplateChange = Type.Partial(Type.Object(templateFields), {
  description:
    'Channel server → hub, `PATCH /channels/{id}/application_message_templates/{external_id}`: the fields that changed.',
})
export const SyncedTemplate = Type.Object(
  { template_id: Type.String({ description: '`amt_…`' }) },
  { description: 'Hub → channel server: the template is stored.' },
)
export const Accepted = Type.Object(
  { status: Type.Literal('accepted'), message_uid: Type.String() },
  { description: 'Hub → channel server: stored, once, durably.' },
)

export const ErrorEnvelope = Type.Object(
  {
    _error: Type.Object({
      status: Type.Integer(),
      title: Type.String(),
      message: Type.String({ description: 'A sentence a person can act on' }),
      details: Type.Optional(Type.Array(Type.String(), { description: '`body.metadata.external_id: missing`' })),
      code: Type.Enum(Object.keys(errorCatalogue) as ErrorCode[], {
        description: 'Stable; each is explained in docs/errors.md',
      }),
      request_id: Type.String({ description: "What to look for in the hub's log" }),
    }),
  },
  { description: "Hub → anybody: no, in Front's envelope, with Portico's `code` and `request_id`." },
)
