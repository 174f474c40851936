import { TOKEN_LEEWAY_SECONDS } from '@portico/protocol'

/**
 * Constants that SQL and TypeScript share. Function files (`<feature>/*.sql`) name a constant as psql does its
 * variables, `:unsettled_states`, and the migrator puts the value in. A change here changes both, and the files are applied again.
 */

/** The lease of a claim: for this time only its hub sends the deliveries. */
export const LEASE_SECONDS = 15

/** The most bytes of bodies that one claim reads; more only when a single one is larger. Requests can be ten times as large. */
export const CLAIM_BYTES = 4 << 20

/** The longest pause that a channel's server can ask for. */
export const LONGEST_PAUSE_SECONDS = 3_600

/** The longest time until a delivery is retried automatically (deliveries/schedule.ts). */
export const LONGEST_RETRY_SECONDS = 12 * 3_600

/** The age from which a delivered message may be an import, which is sorted by its own time. */
export const HISTORY_AFTER_SECONDS = 60

/** The most status updates of a call, and the most calls of a channel that something is known of before they are created. */
export const MOST_CALL_UPDATES = 1_000
export const MOST_UNKNOWN_CALLS = 1_000

/** The most recordings of a leg of a call. */
export const MOST_CALL_RECORDINGS = 20

/** The most messages that one receipt marks beside the one that it names. */
const MOST_EARLIER_RECEIPTS = 200

/** How often an hour a message can be marked as seen. */
export const MOST_SEEN_REQUESTS = 10

/** The most reactions to a message, and the most of one person among them. */
export const MOST_REACTIONS = 100
export const MOST_REACTIONS_OF_ONE = 10
/** The most versions of a message that are kept beside the first. */
const MOST_VERSIONS = 100

/** The most levels of nested tags. */
const MOST_TAG_LEVELS = 8

/** The most message templates of a channel. */
const MOST_TEMPLATES = 1_000

/** An uploaded file that is attached to nothing is removed after this time. */
const UNUSED_FILE_SECONDS = 24 * 3_600

/** States of deliveries that wait for an attempt: the states of the outbox. */
export const waitingStates = ['queued', 'delayed'] as const

/** Deliveries that did not simply arrive, from worst to mildest: the settled ones of the index deliveries_undelivered, and the outbox's. */
export const undeliveredStates = ['failed', 'not_confirmed', 'delayed'] as const

/** The codes of attempts that may have arrived. */
export const ambiguousCodes = [
  'timeout',
  'connection_reset',
  'unreadable_answer',
  'interrupted',
  'server_error',
  'invalid_response',
] as const

/** Values as SQL literals for `in (…)`. */
export const sqlList = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')

/** The constants by their names in SQL. */
const sqlConstants: Record<string, string> = {
  lease_seconds: String(LEASE_SECONDS),
  claim_bytes: String(CLAIM_BYTES),
  longest_pause_seconds: String(LONGEST_PAUSE_SECONDS),
  longest_retry_seconds: String(LONGEST_RETRY_SECONDS),
  history_after_seconds: String(HISTORY_AFTER_SECONDS),
  most_call_updates: String(MOST_CALL_UPDATES),
  most_call_recordings: String(MOST_CALL_RECORDINGS),
  most_unknown_calls: String(MOST_UNKNOWN_CALLS),
  most_seen_requests: String(MOST_SEEN_REQUESTS),
  most_earlier_receipts: String(MOST_EARLIER_RECEIPTS),
  most_reactions: String(MOST_REACTIONS),
  most_reactions_of_one: String(MOST_REACTIONS_OF_ONE),
  most_versions: String(MOST_VERSIONS),
  most_tag_levels: String(MOST_TAG_LEVELS),
  most_templates: String(MOST_TEMPLATES),
  unused_file_seconds: String(UNUSED_FILE_SECONDS),
  token_leeway_seconds: String(TOKEN_LEEWAY_SECONDS),
  waiting_states: sqlList(waitingStates),
  ambiguous_codes: sqlList(ambiguousCodes),
}

/** `:name`, not behind another colon, as in `::text`, nor behind a word, as in `[1:n]`. */
const variable = /(?<![:\w\]]):([a-z]\w*)/g

/** Puts the constants into the text of a function file. Throws for an unknown name. */
export function withConstants(text: string): string {
  return text.replace(variable, (_whole, name: string) => {
    const value = sqlConstants[name]
    if (value === undefined) throw new Error(`there is no constant :${name} (db/constants.ts)`)
    return value
  })
}
