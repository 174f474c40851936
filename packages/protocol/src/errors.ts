/** An error code: its HTTP status, a short title, and a message that says what happened, why, and what to do. */
export interface ErrorDefinition {
  status: number
  title: string
  message: string
}

/** Front's title of every 401; the message says what is wrong. */
const unauthenticated = 'Unauthenticated'

/** Every error code of the hub. docs/errors.md has a paragraph for each. */
export const errorCatalogue = {
  malformed_request: {
    status: 400,
    title: 'Bad request',
    message:
      'The request is not valid HTTP, so it was not read. Check its first line, its headers and its Content-Length.',
  },
  invalid_json: {
    status: 400,
    title: 'Body is not JSON',
    message: 'The body could not be read as JSON. Send one JSON value in UTF-8, without a byte order mark.',
  },
  invalid_body: {
    status: 400,
    title: 'Bad request',
    message: 'Body did not satisfy requirements. The details name each field and what it needs.',
  },
  invalid_query: {
    status: 400,
    title: 'Bad request',
    message: 'The query string did not satisfy requirements. The details name each parameter and what it needs.',
  },
  invalid_form: {
    status: 400,
    title: 'Form not readable',
    message:
      'The multipart/form-data could not be read to its end, so nothing was kept. Check its boundary, and that it is whole.',
  },
  file_not_allowed: {
    status: 400,
    title: 'File not taken by this channel',
    message: 'This channel does not take such a file, so nothing was kept. The details say which files it takes.',
  },
  unsupported_field: {
    status: 400,
    title: 'Field not supported',
    message:
      'The request asks for something that Portico does not do, so nothing was done. Leave the named field out, or empty.',
  },
  invalid_character: {
    status: 400,
    title: 'Character that cannot be stored',
    message:
      'A text holds U+0000 or half of a surrogate pair, which cannot be stored. Remove it and send the request again.',
  },
  channel_refused: {
    status: 400,
    title: 'Channel server refused',
    message:
      "The channel's server refused the request, so no channel was added. Check the credential, or ask the server's owner.",
  },
  channel_server_unreachable: {
    status: 400,
    title: 'Channel server did not answer',
    message:
      "The channel's server gave no usable answer within 7 seconds, so no channel was added. Check that it runs and that its URL is right.",
  },
  authorization_required: {
    status: 400,
    title: 'An admin has to agree first',
    message:
      'Channels of this type are added by an admin who agrees at its authorization server, in the browser. Begin with POST /channel_authorizations, as a signed-in teammate.',
  },
  authorization_expired: {
    status: 400,
    title: 'Not valid any more',
    message:
      'This authorization was used already, is older than ten minutes, or was begun by somebody else or before another sign-in. Begin again.',
  },
  authorization_denied: {
    status: 400,
    title: 'Not authorized',
    message: 'The authorization server says that access was denied. Begin again, and agree there.',
  },
  authorization_failed: {
    status: 400,
    title: 'Authorization server refused',
    message:
      'The authorization server gave no token, so nothing was changed. Check the settings of the channel type, and try again.',
  },
  other_account: {
    status: 409,
    title: 'Another account',
    message:
      'Somebody else has agreed than the one whose channel it is, so nothing was changed. Sign in there with the account of the channel, or add a new channel.',
  },
  address_taken: {
    status: 409,
    title: 'Address taken',
    message: 'Another channel of this type has this address. Authorize that one again, or choose another address.',
  },
  url_not_allowed: {
    status: 400,
    title: 'URL not allowed',
    message: 'This URL cannot be used for a channel server. Use an https URL without a user name or password in it.',
  },
  blocked_address: {
    status: 400,
    title: 'IP address not allowed',
    message:
      'This URL points to a private or reserved IP address, which the hub does not connect to. Use a public one, or ask the operator to allow it.',
  },
  loop: {
    status: 400,
    title: "URL is the hub's own address",
    message: "This URL is the hub's own. Enter the URL of the channel's server.",
  },
  conversation_not_in_trash: {
    status: 400,
    title: 'Not in the trash',
    message:
      'Only a conversation in the trash or in spam can be deleted permanently. Set its status to "deleted" first.',
  },
  contact_unreachable: {
    status: 400,
    title: 'Contact cannot be reached here',
    message:
      'This channel has no way to reach the contact. Choose another channel, or a handle that this one understands.',
  },
  templates_off: {
    status: 400,
    title: 'No message templates here',
    message:
      'This channel does not support application message templates. Switch message templates on in its channel type first.',
  },
  capability_off: {
    status: 400,
    title: 'Not switched on for this channel',
    message:
      "This channel's type has not opted in to this, so nothing was done. Add the capability that the details name to the channel type first.",
  },
  template_not_sendable: {
    status: 400,
    title: 'Template cannot be sent',
    message:
      'The template is not approved, or it is disabled, so nothing was sent. Choose another one, or have it approved where it was made.',
  },
  free_text_window_closed: {
    status: 400,
    title: 'Only templates now',
    message:
      "This channel takes free text only for some time after the customer's last message, and that time is over. Choose a message template.",
  },
  missing_token: {
    status: 401,
    title: unauthenticated,
    message: 'The request carries no token. Send it in the header "Authorization: Bearer <token>".',
  },
  invalid_token: {
    status: 401,
    title: unauthenticated,
    message: 'The token is not valid here: it may be deleted, misspelt, or signed with another secret. Make a new one.',
  },
  token_expired: {
    status: 401,
    title: unauthenticated,
    message:
      "The token has expired. Make a new one for each call; if it is new, compare this machine's clock with the Date header.",
  },
  token_not_yet_valid: {
    status: 401,
    title: unauthenticated,
    message:
      "The token is not valid yet: its nbf or iat is in the future. Compare this machine's clock with the Date header.",
  },
  token_lifetime_too_long: {
    status: 401,
    title: unauthenticated,
    message:
      'The token expires more than 300 seconds from now. Make tokens that live 10 to 30 seconds, a new one for each call.',
  },
  token_replayed: {
    status: 401,
    title: unauthenticated,
    message:
      'This channel type accepts each token once. Make a new token for each call, also when you repeat a message.',
  },
  sign_in_required: {
    status: 401,
    title: unauthenticated,
    message: 'You are signed out, or your session has ended. Sign in to go on.',
  },
  sign_in_failed: {
    status: 401,
    title: unauthenticated,
    message: 'Nobody can sign in with this e-mail address and password. Check both and try again, or ask an admin.',
  },
  forbidden: {
    status: 403,
    title: 'Not permitted',
    message: 'Your account has no permission for this. Ask an admin, or use a token that has it.',
  },
  csrf: {
    status: 403,
    title: 'Request from another site',
    message:
      'The request came from another site with your session, so nothing was done. Go back to the app and try again there.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    message: 'There is nothing with this id, or you may not see it. Check the id.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    message: 'This endpoint does not support this method. The Allow header lists the methods that it supports.',
  },
  request_timeout: {
    status: 408,
    title: 'Request too slow',
    message: 'The request did not arrive in time, so the hub closed it. Send it again.',
  },
  set_up_done: {
    status: 409,
    title: 'Already set up',
    message: 'This hub already has its first admin. Sign in, or ask an admin for an invitation.',
  },
  email_taken: {
    status: 409,
    title: 'E-mail address in use',
    message: 'Somebody signs in with this e-mail address already. Use another one, or sign in.',
  },
  last_admin: {
    status: 409,
    title: 'Last admin',
    message: 'A company needs one admin, and this is the last. Make another teammate an admin first.',
  },
  handle_taken: {
    status: 409,
    title: 'Handle of another contact',
    message: 'Another contact has this handle. Use that contact, or take the handle from it first.',
  },
  last_handle: {
    status: 409,
    title: 'Last handle',
    message: 'This is the last handle of the contact. Send force with it to delete the contact, too.',
  },
  tag_name_taken: {
    status: 409,
    title: 'Tag name taken',
    message: 'There is a tag of this name already, in the same place. Use that one, or choose another name.',
  },
  delivery_not_in_state: {
    status: 409,
    title: 'Delivery state changed',
    message:
      'The delivery of this message is now in a state that does not allow this. Read the delivery and choose again.',
  },
  change_not_in_state: {
    status: 409,
    title: 'Nothing to decide',
    message:
      'No such change of this message waits for a decision: the channel took it, or is being asked right now. Read the message and choose again.',
  },
  message_not_changeable: {
    status: 409,
    title: 'Message cannot be changed',
    message: 'Only a message that was sent from here, and that the customer has, can be edited or removed.',
  },
  message_edited_meanwhile: {
    status: 409,
    title: 'Edited meanwhile',
    message:
      'Somebody else has edited this message since you began, so your text was not taken. Read what it says now, and edit that.',
  },
  not_the_author: {
    status: 403,
    title: 'Not the author',
    message: 'While its undo time runs, only the teammate who wrote a message can undo sending it.',
  },
  draft_sent: {
    status: 409,
    title: 'Draft already sent',
    message: 'This text was already sent from another tab or device of yours. Send it again if it is to arrive twice.',
  },
  message_status_conflict: {
    status: 409,
    title: 'Status only moves forward',
    message:
      "Nothing was changed: a message's status only moves forward, from sent to delivered to read, and it fails only before it was delivered.",
  },
  draft_conflict: {
    status: 409,
    title: 'Draft changed elsewhere',
    message:
      'This draft was changed in another tab or on another device. Reload the draft, merge both texts, and save with its current version.',
  },
  teammate_has_conversations: {
    status: 409,
    title: 'Teammate has conversations',
    message: 'Conversations are assigned to this teammate. Say who gets them: ?assign_to=tea_… or ?assign_to=nobody.',
  },
  inbox_not_empty: {
    status: 409,
    title: 'Inbox not empty',
    message: 'Conversations or channels are in this inbox. Say where they go: ?move_to=inb_….',
  },
  channel_type_in_use: {
    status: 409,
    title: 'Channel type in use',
    message: 'Channels of this type are still connected. Delete them first.',
  },
  conversation_in_trash: {
    status: 409,
    title: 'Conversation in the trash',
    message: 'This conversation is in the trash or in spam. Restore it first: set its status to "open".',
  },
  channel_deleted: {
    status: 409,
    title: 'Channel deleted',
    message:
      'The channel of this conversation was deleted, so nothing can be sent through it. Start a conversation in another channel.',
  },
  template_changed: {
    status: 409,
    title: 'Template changed meanwhile',
    message: 'The template was changed while the message was made, so nothing was sent. Send it again.',
  },
  too_many_templates: {
    status: 409,
    title: 'Too many templates',
    message: 'A channel has at most 1,000 message templates. Replace those that are used no more.',
  },
  attachment_in_use: {
    status: 409,
    title: 'File in use',
    message: 'This file is attached to a message or draft. Remove it there.',
  },
  no_new_secret: {
    status: 409,
    title: 'No pending secret',
    message: 'There is no pending secret to activate. Make one first: POST /channel_types/{app_uid}/rotate_secret.',
  },
  invitation_expired: {
    status: 410,
    title: 'Link expired',
    message:
      'This link was used, has expired, or was revoked, for instance by a newer one. Ask an admin for a new one.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    message:
      'The body is larger than this endpoint accepts. Send less: JSON may have 1 MiB, and 16 KiB where no token is needed; files 25 MB in all.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'Range not in the file',
    message: 'The range begins behind the end of the file. The Content-Range header says how long the file is.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Content type not supported',
    message: 'The body is in a format that this endpoint does not read. Send application/json, uncompressed.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency-Key used before',
    message:
      'This Idempotency-Key was used before with another body. Use a new key for a new message, and the old one only to repeat the old one.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts',
    message: 'There were too many attempts. Wait as long as the Retry-After header says, then try again.',
  },
  rate_limited: {
    status: 429,
    title: 'Rate limit exceeded',
    message: 'Too many requests a minute. Wait as long as the Retry-After header says, then send it again.',
  },
  too_much_at_once: {
    status: 429,
    title: 'Too many bytes in flight',
    message:
      'This caller has more request bodies in flight than the hub accepts from one, so this one was not read. Send it again after the seconds in Retry-After.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    message: 'The headers are larger than 16 KiB. Check for an oversized token or cookie.',
  },
  internal_error: {
    status: 500,
    title: 'Internal server error',
    message:
      'The hub failed to handle this request, and logged it. Try again; if it fails again, give the operator the request id.',
  },
  not_built: {
    status: 501,
    title: 'Not built yet',
    message: 'Front publishes this operation, and Portico has not built it yet. Nothing was done.',
  },
  storage_unavailable: {
    status: 503,
    title: 'Database not available',
    message:
      'The database did not answer, so nothing is known to be stored. Send the request again after the seconds in Retry-After.',
  },
  storage_full: {
    status: 503,
    title: 'Disk full',
    message:
      "The database's disk is full, so nothing was stored. The operator must make room; then send the request again.",
  },
  file_storage_unavailable: {
    status: 503,
    title: 'File storage not available',
    message:
      'The storage of files did not answer, so nothing was stored. Send the request again after the seconds in Retry-After.',
  },
  file_storage_full: {
    status: 507,
    title: 'No room for files',
    message:
      'The disk for files is full, so nothing of this was stored. The operator must make room; then send the request again.',
  },
  overloaded: {
    status: 503,
    title: 'Too busy',
    message:
      'The hub has more request bodies in flight than it accepts at once, so this one was not read. Send it again after the seconds in Retry-After.',
  },
  shutting_down: {
    status: 503,
    title: 'Shutting down',
    message: 'The hub is stopping and takes no new requests. Send this one again after the seconds in Retry-After.',
  },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof errorCatalogue
