/** The meaning of an error code: its HTTP status, a short title, and a sentence that says what happened, why, and what to do. */
export interface ErrorMeaning {
  status: number
  title: string
  sentence: string
}

/** Front's title of every 401; the sentence says what is wrong. */
const unauthenticated = 'Unauthenticated'

/** Every code the hub answers with. docs/errors.md has a paragraph for each. */
export const errorCatalogue = {
  malformed_request: {
    status: 400,
    title: 'Bad request',
    sentence:
      'The request is not valid HTTP, so it was not read. Check its first line, its headers and its Content-Length.',
  },
  invalid_json: {
    status: 400,
    title: 'Body is not JSON',
    sentence: 'The body could not be read as JSON. Send one JSON value in UTF-8, without a byte order mark.',
  },
  invalid_body: {
    status: 400,
    title: 'Bad request',
    sentence: 'Body did not satisfy requirements. The details name each field and what it needs.',
  },
  invalid_query: {
    status: 400,
    title: 'Bad request',
    sentence: 'The query string did not satisfy requirements. The details name each parameter and what it needs.',
  },
  unsupported_field: {
    status: 400,
    title: 'Field not supported',
    sentence:
      'The request asks for something that Portico does not do, so nothing was done. Leave the named field out, or empty.',
  },
  invalid_character: {
    status: 400,
    title: 'Character that cannot be stored',
    sentence:
      'A text holds U+0000 or half of a surrogate pair, which cannot be stored. Remove it and send the request again.',
  },
  channel_refused: {
    status: 400,
    title: 'Channel server refused',
    sentence:
      "The channel's server refused the request, so no channel was added. Check the credential, or ask the server's owner.",
  },
  channel_server_unreachable: {
    status: 400,
    title: 'Channel server did not answer',
    sentence:
      "The channel's server gave no usable answer within 7 seconds, so no channel was added. Check that it runs and that its URL is right.",
  },
  url_not_allowed: {
    status: 400,
    title: 'URL not allowed',
    sentence: 'This URL cannot be used for a channel server. Use an https URL without a user name or password in it.',
  },
  blocked_address: {
    status: 400,
    title: 'Address not allowed',
    sentence:
      'This URL leads to a private or reserved address, which the hub does not connect to. Use a public one, or ask the operator to allow it.',
  },
  loop: {
    status: 400,
    title: 'URL leads back here',
    sentence: "This is the hub's own address. Enter the address of the channel's server.",
  },
  conversation_not_in_trash: {
    status: 400,
    title: 'Not in the trash',
    sentence: 'Only a conversation in the trash or in spam can be deleted for ever. Set its status to "deleted" first.',
  },
  contact_unreachable: {
    status: 400,
    title: 'Contact cannot be reached here',
    sentence:
      'This channel has no way to reach the contact. Choose another channel, or a handle that this one understands.',
  },
  missing_token: {
    status: 401,
    title: unauthenticated,
    sentence: 'The request carries no token. Send it in the header "Authorization: Bearer <token>".',
  },
  invalid_token: {
    status: 401,
    title: unauthenticated,
    sentence:
      'The token is not valid here: it may be deleted, misspelt, or signed with another secret. Make a new one.',
  },
  token_expired: {
    status: 401,
    title: unauthenticated,
    sentence:
      "The token's time is over. Make a new one for each call; if it is new, check this machine's clock against the Date header.",
  },
  token_not_yet_valid: {
    status: 401,
    title: unauthenticated,
    sentence: "The token says that it was made in the future. Check this machine's clock against the Date header.",
  },
  token_lifetime_too_long: {
    status: 401,
    title: unauthenticated,
    sentence:
      'The token expires more than 300 seconds from now. Make tokens that live 10 to 30 seconds, a new one for each call.',
  },
  token_replayed: {
    status: 401,
    title: unauthenticated,
    sentence:
      'This channel type accepts each token once. Make a new token for each call, also when you repeat a message.',
  },
  sign_in_required: {
    status: 401,
    title: unauthenticated,
    sentence: 'You are signed out, or your session has ended. Sign in to go on.',
  },
  sign_in_failed: {
    status: 401,
    title: unauthenticated,
    sentence: 'Nobody can sign in with this e-mail address and password. Check both and try again, or ask an admin.',
  },
  forbidden: {
    status: 403,
    title: 'Not permitted',
    sentence: 'Who you are signed in as may not do this. Ask an admin, or use a token that may.',
  },
  csrf: {
    status: 403,
    title: 'Request from another site',
    sentence:
      'The request came from another site with your session, so nothing was done. Go back to the app and try again there.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    sentence: 'There is nothing with this id, or you may not see it. Check the id.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    sentence: 'This address does not take this method. The Allow header names those that it takes.',
  },
  request_timeout: {
    status: 408,
    title: 'Request too slow',
    sentence: 'The request did not arrive in time, so it was given up. Send it again.',
  },
  set_up_done: {
    status: 409,
    title: 'Already set up',
    sentence: 'This hub has its first admin already. Sign in, or ask an admin for an invitation.',
  },
  email_taken: {
    status: 409,
    title: 'E-mail address in use',
    sentence: 'Somebody signs in with this e-mail address already. Use another one, or sign in.',
  },
  last_admin: {
    status: 409,
    title: 'Last admin',
    sentence: 'A company needs one admin, and this is the last. Make another teammate an admin first.',
  },
  delivery_not_in_state: {
    status: 409,
    title: 'Message has moved on',
    sentence:
      'The message is in another state by now, where this cannot be done. Look at its delivery and choose again.',
  },
  not_the_author: {
    status: 403,
    title: 'Not the author',
    sentence: 'While its undo time runs, a message can be taken back only by the teammate who wrote it.',
  },
  draft_sent: {
    status: 409,
    title: 'Draft already sent',
    sentence: 'This text was sent from another of your screens already. Send it again if it is to arrive twice.',
  },
  draft_conflict: {
    status: 409,
    title: 'Draft changed elsewhere',
    sentence:
      'This draft was changed on another screen meanwhile. Read it again, keep both, and save with its version.',
  },
  teammate_has_conversations: {
    status: 409,
    title: 'Teammate has conversations',
    sentence: 'Conversations are assigned to this teammate. Say who gets them: ?assign_to=tea_… or ?assign_to=nobody.',
  },
  inbox_not_empty: {
    status: 409,
    title: 'Inbox not empty',
    sentence: 'Conversations or channels are in this inbox. Say where they go: ?move_to=inb_….',
  },
  channel_type_in_use: {
    status: 409,
    title: 'Channel type in use',
    sentence: 'Channels of this type are still connected. Delete them first.',
  },
  conversation_in_trash: {
    status: 409,
    title: 'Conversation in the trash',
    sentence: 'This conversation is in the trash or in spam. Take it back first: set its status to "open".',
  },
  channel_deleted: {
    status: 409,
    title: 'Channel deleted',
    sentence:
      'The channel of this conversation was deleted, so nothing can be sent through it. Start a conversation in another channel.',
  },
  no_new_secret: {
    status: 409,
    title: 'No new secret',
    sentence: 'No new secret waits to sign. Make one first: POST /channel_types/{app_uid}/rotate_secret.',
  },
  invitation_expired: {
    status: 410,
    title: 'Link is over',
    sentence: 'This link was used, is too old, or was ended, for instance by a newer one. Ask an admin for a new one.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    sentence:
      'The body is larger than this address takes. Send less: JSON may have 1 MiB, and 16 KiB where no token is needed.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Content type not supported',
    sentence: 'The body is in a format that this address does not read. Send application/json, uncompressed.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency-Key used before',
    sentence:
      'This Idempotency-Key came before with another body. Use a new key for a new message, and the old one only to repeat the old one.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts',
    sentence: 'There were too many attempts. Wait as long as the Retry-After header says, then try again.',
  },
  too_much_at_once: {
    status: 429,
    title: 'Too much at once',
    sentence:
      'More was sent at once than is taken from one caller, so this was not read. Send it again after the seconds in Retry-After.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    sentence: 'The headers are larger than 16 KiB. Check for an oversized token or cookie.',
  },
  internal_error: {
    status: 500,
    title: 'We are wrong',
    sentence:
      'Something failed on our side, and it was logged. Try again; if it stays, give the operator the request id.',
  },
  not_built: {
    status: 501,
    title: 'Not built yet',
    sentence: 'Front publishes this operation, and Portico has not built it yet. Nothing was done.',
  },
  storage_unavailable: {
    status: 503,
    title: 'Database not available',
    sentence:
      'The database did not answer, so nothing is known to be stored. Send the request again after the seconds in Retry-After.',
  },
  storage_full: {
    status: 503,
    title: 'Disk full',
    sentence:
      "The database's disk is full, so nothing was stored. The operator must make room; then send the request again.",
  },
  overloaded: {
    status: 503,
    title: 'Too busy',
    sentence:
      'More is being sent to this hub at once than it takes, so this was not read. Send it again after the seconds in Retry-After.',
  },
  shutting_down: {
    status: 503,
    title: 'Shutting down',
    sentence: 'The hub is stopping and takes no new requests. Send this one again after the seconds in Retry-After.',
  },
} as const satisfies Record<string, ErrorMeaning>

export type ErrorCode = keyof typeof errorCatalogue
